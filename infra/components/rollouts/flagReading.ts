import { ruleName } from "./flagEdits";
import {
  type Flag,
  isGateFlag,
  isLaunched,
  regionOfRule,
  rulesByPeople,
  type Serve,
  targetsOf,
} from "./flags";
import type { FlagState } from "./verdict";

/**
 * Summary of a flag for display. It has no effect on rollouts: in the gate, LaunchDarkly's SDK evaluates the flag with the region's
 * context and every rule, target, segment and prerequisite.
 */
export interface FlagReading {
  readonly on: boolean;
  /** State for contexts without a matching rule or target. */
  readonly everywhere: FlagState;
  /** State in the regions that have a rule of Meridian, in the order of the rules. */
  readonly regions: Readonly<Record<string, FlagState>>;
  /** Names of user-defined rules, in their order. */
  readonly rules: readonly string[];
  /** Number of individually targeted contexts. */
  readonly targets: number;
  /** Keys of the prerequisite flags. */
  readonly prerequisites: readonly string[];
}

/** Summarizes a flag. @returns undefined for a flag that cannot gate. */
export function readState(flag: Flag): FlagReading | undefined {
  if (!isGateFlag(flag)) return undefined;
  const targets = targetsOf(flag).reduce((sum, { values }) => sum + values.length, 0);
  const regions = new Map<string, FlagState>();
  for (const rule of flag.rules ?? []) {
    const region = regionOfRule(rule);
    // The first of two rules for one region applies.
    if (region !== undefined && !regions.has(region)) regions.set(region, serves(flag, rule));
  }
  return {
    on: flag.on,
    everywhere: !flag.on
      ? { kind: "off" }
      : isLaunched(flag)
        ? { kind: "retired" }
        : serves(flag, flag.fallthrough),
    regions: Object.fromEntries(regions),
    rules: rulesByPeople(flag).map(ruleName),
    targets,
    prerequisites: (flag.prerequisites ?? []).map(({ key }) => key),
  };
}

/** State in a region according to Meridian's rules. */
export function stateIn({ on, everywhere, regions }: FlagReading, region: string): FlagState {
  if (!on) return { kind: "off" };
  return Object.hasOwn(regions, region) ? (regions[region] ?? everywhere) : everywhere;
}

/** Formats a state: "25 %", "off" or "retired". */
export function stateText(state: FlagState): string {
  return state.kind === "on" ? `${state.percentage} %` : state.kind;
}

function serves({ variations }: Flag, { variation, rollout }: Serve): FlagState {
  const yes = variations.indexOf(true);
  if (rollout === undefined)
    return variation === yes ? { kind: "on", percentage: 100 } : { kind: "off" };
  const weight = rollout.variations
    .filter((one) => one.variation === yes)
    .reduce((sum, one) => sum + one.weight, 0);
  return { kind: "on", percentage: weight / 1000 };
}
