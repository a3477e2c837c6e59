import {
  type ReceivedFlag,
  isGateFlag,
  isLaunched,
  regionKind,
  type Rollout,
  type Serve,
  wholeWeight,
} from "../../../infra/components/rollouts/flags";
import type { FlagState } from "../../../infra/components/rollouts/verdict";

/** How the SDK evaluated the flag for the region's own context. */
export interface Evaluation {
  readonly value: unknown;
  readonly reason: {
    readonly kind: string;
    readonly errorKind?: string;
    readonly ruleIndex?: number;
    readonly prerequisiteKey?: string;
    readonly bigSegmentsStatus?: string;
  };
}

/** The state of a flag for the region. */
export interface Reading {
  /** Undefined: it cannot be determined. */
  readonly state: FlagState | undefined;
  readonly reason: string;
  /** The rollout from which the percentage was read. Absent if the flag is fixed. */
  readonly rollout?: Rollout;
}

/**
 * Reads the state of a flag for a region from the flag's data. The SDK determines which part of the flag applies: this code never
 * evaluates rules, segments or prerequisites.
 */
export function readFlag(
  key: string,
  flag: ReceivedFlag | undefined,
  evaluation: Evaluation,
): Reading {
  if (flag === undefined || flag.archived === true) return unknown(`there is no flag ${key}`);
  if (!isGateFlag(flag)) return unknown(`${key} is no flag of true and false`);
  const { kind, prerequisiteKey, errorKind, bigSegmentsStatus } = evaluation.reason;
  if (kind === "OFF") return { state: { kind: "off" }, reason: `${key} is off` };
  if (bigSegmentsStatus !== undefined && bigSegmentsStatus !== "HEALTHY")
    return unknown(`${key} has a big segment, which cannot be looked into (${bigSegmentsStatus})`);
  switch (kind) {
    case "PREREQUISITE_FAILED":
      return { state: { kind: "off" }, reason: `its prerequisite ${prerequisiteKey} is not met` };
    case "TARGET_MATCH":
      return fixed(evaluation, false, "the region is targeted");
    case "RULE_MATCH": {
      const rule = flag.rules?.[evaluation.reason.ruleIndex ?? -1];
      const index = evaluation.reason.ruleIndex ?? 0;
      return readBranch(flag, rule, evaluation, `rule ${rule?.id ?? index + 1}`, false);
    }
    case "FALLTHROUGH":
      return readBranch(flag, flag.fallthrough, evaluation, "the default rule", isLaunched(flag));
    default:
      return unknown(`the SDK could not evaluate ${key}: ${errorKind ?? kind}`);
  }
}

function readBranch(
  flag: ReceivedFlag,
  branch: Serve | undefined,
  evaluation: Evaluation,
  name: string,
  launched: boolean,
): Reading {
  if (branch?.variation !== undefined) return fixed(evaluation, launched, name);
  const { rollout } = branch ?? {};
  if (rollout === undefined) return unknown(`${name} says nothing`);
  const { contextKind = "user", variations } = rollout;
  // The rollout is by region: this region is included, or not yet.
  if (contextKind === regionKind) {
    const state = { kind: "on", percentage: evaluation.value === true ? 100 : 0 } as const;
    return { state, reason: `${name}, by region: ${state.percentage} %` };
  }
  const sum = variations.reduce((total, { weight }) => total + weight, 0);
  if (sum !== wholeWeight || variations.some(({ weight }) => !(weight >= 0)))
    return unknown(`${name}: weights of ${sum} in all, where ${wholeWeight} are the whole`);
  const given = variations.filter(({ variation }) => flag.variations[variation] === true);
  const percentage = given.reduce((total, { weight }) => total + weight, 0) / 1000;
  const reason = `${name}: ${percentage} % by ${contextKind}`;
  return { state: { kind: "on", percentage }, reason, rollout };
}

function fixed({ value }: Evaluation, launched: boolean, name: string): Reading {
  if (value !== true) return { state: { kind: "off" }, reason: `${name}: no user` };
  if (launched) return { state: { kind: "retired" }, reason: `${name}: all users, all regions` };
  return { state: { kind: "on", percentage: 100 }, reason: `${name}: all users` };
}

function unknown(reason: string): Reading {
  return { state: undefined, reason };
}
