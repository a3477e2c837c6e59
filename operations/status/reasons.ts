import type {
  Application,
  ApplicationSet,
  Observed,
  ObservedRegion,
  Pod,
  Reason,
  ReplicaSet,
  Workload,
} from "./model";
import { appLabel } from "../../infra/plan/names";
import type { PodEvent } from "./kubeletReports";
import type { RefusedObject } from "./refusals";
import { waitingReasons } from "./pods";
import { isFinal, remedyFor } from "./remedies";

/** One fact before equal ones of several regions are merged. */
type Fact = Omit<Reason, "regions" | "final" | "remedy"> & { readonly region?: string };

/**
 * Why an app is not in order, in the words of the server that said so: Argo CD's conditions and operation, what a region refused
 * of it, and what its Rollouts, ReplicaSets and pods report. Pure.
 */
export function reasonsOf(application: Application, observed: Observed): Reason[] {
  const app = application.metadata.name;
  return merged([
    ...conditionFacts(application),
    ...operationFacts(application),
    ...refusalFacts(application, observed.refusals ?? []),
    ...Object.entries(observed.regions).flatMap(([region, found]) =>
      found === undefined ? [] : regionFacts(app, region, found),
    ),
  ]);
}

/** Why Argo CD makes no Applications of the apps' folders. Pure. */
export function generatorReasons(sets: readonly ApplicationSet[]): Reason[] {
  return merged(
    sets.flatMap(({ metadata, status }) =>
      (status?.conditions ?? [])
        .filter(({ type, status: holds }) => type === "ErrorOccurred" && holds === "True")
        .map(({ message = "" }) => ({
          object: `ApplicationSet/${metadata.name}`,
          message,
          refused: true,
        })),
    ),
  );
}

/** Conditions about objects that Argo CD leaves alone. They are no reason for anything. */
const harmless = ["OrphanedResourceWarning", "ExcludedResourceWarning"];

function conditionFacts({ status }: Application): Fact[] {
  return (status?.conditions ?? [])
    .filter(({ type = "" }) => !harmless.includes(type))
    .flatMap(({ message = "" }) => (message === "" ? [] : [{ message, refused: false }]));
}

/**
 * What the last sync could not do. An operation that waits for its next attempt is Running, so its results count too. Once the app is
 * synced, a sync of an earlier commit says nothing any more, nor does any sync if the app is healthy too.
 */
function operationFacts({ status }: Application): Fact[] {
  const { operationState, sync, health } = status ?? {};
  if (operationState === undefined || operationState.phase === "Succeeded") return [];
  if (sync?.status === "Synced") {
    const revision = operationState.syncResult?.revision ?? sync.revision;
    if (health?.status === "Healthy" || revision !== sync.revision) return [];
  }
  const results = (operationState.syncResult?.resources ?? [])
    .filter(({ status: result, hookPhase }) => result === "SyncFailed" || hookPhase === "Failed")
    .map(({ kind, name, message = "it failed" }) => ({
      object: `${kind}/${name}`,
      message,
      refused: true,
    }));
  const { phase, message = "" } = operationState;
  if (results.length > 0 || message === "" || phase === "Running") return results;
  return [{ message, refused: true }];
}

/** Objects of the app that a region refused. */
function refusalFacts({ status }: Application, refusals: readonly RefusedObject[]): Fact[] {
  const own = new Set((status?.resources ?? []).map(keyOf));
  return refusals
    .filter((refusal) => own.has(keyOf(refusal)))
    .map(({ kind, name, region, message }) => ({
      ...{ object: `${kind}/${name}`, region, message },
      refused: true,
    }));
}

function keyOf({
  kind = "",
  namespace = "",
  name,
}: {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
}): string {
  return `${kind}/${namespace}/${name}`;
}

function regionFacts(app: string, region: string, found: ObservedRegion): Fact[] {
  const ofApp = ({ metadata }: Workload | Pod | ReplicaSet) => metadata.labels?.[appLabel] === app;
  const ofRollouts = found.rollouts.filter(ofApp).flatMap(rolloutFacts);
  // A Rollout repeats what its ReplicaSet reports.
  const repeated = new Set(ofRollouts.map(({ message }) => message));
  return [
    ...ofRollouts,
    ...(found.replicaSets ?? [])
      .filter(ofApp)
      .flatMap(replicaSetFacts)
      .filter(({ message }) => !repeated.has(message)),
    ...found.pods.filter(ofApp).flatMap((pod) => podFacts(pod, found.mountFailures ?? [])),
  ].map((fact) => ({ ...fact, region }));
}

/** Kinds of conditions of a Rollout that report a mistake, with the status that reports it. */
const rolloutFailures: Readonly<Record<string, string>> = {
  InvalidSpec: "True",
  ReplicaFailure: "True",
  Progressing: "False",
};

function rolloutFacts({ metadata, status }: Workload): Fact[] {
  return (status?.conditions ?? [])
    .filter(({ type, status: holds }) => rolloutFailures[type] === holds)
    .flatMap(({ type, message = "" }) =>
      // The gate has the reason of a rollout that is held or aborted.
      message === "" || /is paused|aborted/i.test(message)
        ? []
        : [{ object: `Rollout/${metadata.name}`, message, refused: type === "InvalidSpec" }],
    );
}

function replicaSetFacts({ metadata, status }: ReplicaSet): Fact[] {
  return (status?.conditions ?? [])
    .filter(({ type, status: holds }) => type === "ReplicaFailure" && holds === "True")
    .map(({ message = "" }) => ({
      object: `ReplicaSet/${metadata.name}`,
      message,
      refused: true,
    }));
}

function podFacts(pod: Pod, mountFailures: readonly PodEvent[]): Fact[] {
  if (pod.metadata.deletionTimestamp !== undefined) return [];
  const unscheduled = (pod.status?.conditions ?? [])
    .filter(({ type, status }) => type === "PodScheduled" && status === "False")
    .flatMap(({ message = "" }) => (message === "" ? [] : [message]));
  return [...unscheduled, ...waitingReasons(pod, mountFailures)].map((message) => ({
    object: "Pod",
    message,
    refused: false,
  }));
}

/** One reason for each object and message, with all its regions. */
function merged(facts: readonly Fact[]): Reason[] {
  const reasons = new Map<string, Reason>();
  for (const { region, ...fact } of facts) {
    const key = `${fact.object ?? ""} ${withoutNames(fact.message)}`;
    const regions = [
      ...(reasons.get(key)?.regions ?? []),
      ...(region === undefined ? [] : [region]),
    ];
    const remedy = remedyFor(fact.message);
    reasons.set(key, {
      ...fact,
      ...(regions.length > 0 && { regions: [...new Set(regions)] }),
      final: isFinal(fact.message),
      ...(remedy !== undefined && { remedy }),
    });
  }
  return [...reasons.values()];
}

/** Messages that differ only in generated names (of pods, for example) are one. */
function withoutNames(message: string): string {
  return message.replaceAll(/-[0-9a-z]{5}\b/g, "");
}
