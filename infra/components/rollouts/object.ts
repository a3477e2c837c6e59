import { appLabel } from "../../plan/names";
import type { RolloutStep } from "./steps";

/** Annotation with the flag of a Rollout. Default: the app's name. */
export const flagAnnotation = "meridian.dev/flag";

/** Annotation with the gate's status of a region's Rollout, see `GateStatus`. */
export const gateAnnotation = "meridian.dev/gate";

/** Annotation of a Rollout that was created with another version than the desired one: its desired template, as JSON. */
export const wantedAnnotation = "meridian.dev/wanted-template";

/** Label that Argo Rollouts adds to the ReplicaSets of a Rollout and to their pods. */
export const templateHashLabel = "rollouts-pod-template-hash";

/** Gate phases in which a rollout rests: it waits for its flag, for days if the flag says so. */
export const restingPhases = ["waiting", "held", "complete", "killed"] as const;

/** A pod template as read from the API. Only the labels are typed. */
export interface PodTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** The relevant fields of one canary step. */
export interface CanaryStep {
  readonly setWeight?: number;
  readonly analysis?: {
    readonly args?: readonly { readonly name: string; readonly value?: string }[] | null;
  };
}

/** The relevant fields of a Rollout of argoproj.io/v1alpha1. */
export interface RolloutObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: {
    readonly paused?: boolean;
    readonly template?: PodTemplate;
    readonly strategy?: { readonly canary?: { readonly steps?: readonly CanaryStep[] | null } };
  };
  readonly status?: RolloutStatus;
}

/** Written by Argo Rollouts. */
export interface RolloutStatus {
  readonly abort?: boolean;
  /** Hash of the desired template. */
  readonly currentPodHash?: string;
  /** Hash of the stable template; absent or empty: none yet. */
  readonly stableRS?: string;
  readonly currentStepIndex?: number | null;
  readonly phase?: string;
  /** The generation that this status describes, as a string. */
  readonly observedGeneration?: string;
  readonly conditions?: readonly {
    readonly type: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
  readonly pauseConditions?: readonly { readonly reason: string }[] | null;
  readonly canary?: { readonly weights?: { readonly canary?: { readonly weight?: number } } };
}

/** A gate of a Rollout's steps. */
export type Gate = Extract<RolloutStep, { kind: "gate" }>;

/** The app that a Rollout belongs to. */
export function appOf({ metadata }: RolloutObject): string {
  return metadata.labels?.[appLabel] ?? metadata.name;
}

/** The flag that gates a Rollout. */
export function flagOf(rollout: RolloutObject): string {
  const named = rollout.metadata.annotations?.[flagAnnotation];
  return named === undefined || named === "" ? appOf(rollout) : named;
}

/**
 * The steps of a Rollout as `RolloutStep`s with the same indexes; undefined for steps that are neither gate nor weight.
 * A gate is an analysis with the arguments `weight` and `last`.
 */
export function stepsOf({ spec }: RolloutObject): readonly (RolloutStep | undefined)[] {
  return (spec?.strategy?.canary?.steps ?? []).map(({ setWeight, analysis }) => {
    if (setWeight !== undefined) return { kind: "weight", weight: setWeight };
    const argument = (name: string) => analysis?.args?.find((one) => one.name === name)?.value;
    const weight = Number(argument("weight") ?? NaN);
    const last = argument("last");
    if (!Number.isFinite(weight) || (last !== "true" && last !== "false")) return undefined;
    return { kind: "gate", weight, last: last === "true" };
  });
}

/** Whether a flag gates this Rollout. */
export function isGated(rollout: RolloutObject): boolean {
  return stepsOf(rollout).some((step) => step?.kind === "gate");
}
