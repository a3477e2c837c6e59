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
 * What a flag says, for a person to look at. Nothing is decided by it: the gate has LaunchDarkly's SDK evaluate the flag in
 * the region's own context, with every rule, target, segment and prerequisite.
 */
export interface FlagReading {
  readonly on: boolean;
  /** Where no rule and no target says otherwise. */
  readonly everywhere: FlagState;
  /** Of the regions that have a rule of Meridian's, in the order of the rules. */
  readonly regions: Readonly<Record<string, FlagState>>;
  /** Rules that people wrote, by name, in their order. */
  readonly rules: readonly string[];
  /** How many contexts are named one by one. */
  readonly targets: number;
  /** Flags that have to be on first. */
  readonly prerequisites: readonly string[];
}

/** @returns undefined for a flag that cannot gate. */
export function readState(flag: Flag): FlagReading | undefined {
  if (!isGateFlag(flag)) return undefined;
  const targets = targetsOf(flag).reduce((sum, { values }) => sum + values.length, 0);
  const regions = new Map<string, FlagState>();
  for (const rule of flag.rules ?? []) {
    const region = regionOfRule(rule);
    // The first of two for one region decides.
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

/** What counts in a region, as far as Meridian's own rules go. */
export function stateIn({ on, everywhere, regions }: FlagReading, region: string): FlagState {
  if (!on) return { kind: "off" };
  return Object.hasOwn(regions, region) ? (regions[region] ?? everywhere) : everywhere;
}

/** "25 %", "off" or "retired". */
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
