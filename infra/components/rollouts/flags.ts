/**
 * The part of LaunchDarkly's data model that Meridian edits: as it is in a flag file, and as LaunchDarkly sends it to its SDKs.
 * Whatever else an object holds is kept by every edit.
 */

/** A file in LaunchDarkly's file data format. */
export interface FlagFile {
  readonly flags: Readonly<Record<string, Flag>>;
  readonly segments?: Readonly<Record<string, unknown>>;
}

export interface Flag {
  readonly key: string;
  /** Raised by every edit. Of a stream's updates SDKs take only what is newer than what they have; a file they take whole. */
  readonly version: number;
  readonly on: boolean;
  /** What it can be; everything else names a variation by its place in this list. */
  readonly variations: readonly unknown[];
  /** What whoever no rule and no target names is served. */
  readonly fallthrough: Serve;
  /** What everybody is served while it is off. */
  readonly offVariation?: number | null;
  /** The first whose clauses all match decides. */
  readonly rules?: readonly FlagRule[];
  /** Contexts of kind `user` that are named one by one; they count before rules. */
  readonly targets?: readonly FlagTarget[];
  /** Contexts of other kinds that are named one by one. */
  readonly contextTargets?: readonly FlagTarget[];
  /** Flags that have to be on first. */
  readonly prerequisites?: readonly { readonly key: string; readonly variation: number }[];
  /** From which a context's place in a rollout is counted: another salt draws everybody anew. */
  readonly salt?: string;
  /** Set aside in LaunchDarkly: gates know it no more. Never in a file. */
  readonly archived?: boolean;
}

/** A flag as it is heard. Nobody has checked that it is whole. */
export type HeardFlag = Omit<Flag, "fallthrough"> & Partial<Pick<Flag, "fallthrough">>;

/** Either one variation, or a rollout. */
export interface Serve {
  readonly variation?: number;
  readonly rollout?: Rollout;
}

/** Variations by share of the contexts. */
export interface Rollout {
  /** Absent: "rollout". */
  readonly kind?: string;
  /** Kind of the contexts that are divided; absent: "user". */
  readonly contextKind?: string;
  /** Attribute of the contexts by which they are divided; absent: their key. */
  readonly bucketBy?: string | null;
  readonly seed?: number | null;
  readonly variations: readonly WeightedVariation[];
}

export interface WeightedVariation {
  readonly variation: number;
  /** In thousandths of a percent; those of a rollout sum to 100000. */
  readonly weight: number;
}

export interface FlagRule extends Serve {
  readonly id?: string;
  readonly description?: string;
  readonly clauses: readonly Clause[];
}

export interface Clause {
  /** Absent: "user". */
  readonly contextKind?: string;
  readonly attribute: string;
  readonly op: string;
  readonly values: readonly unknown[];
  readonly negate?: boolean;
}

export interface FlagTarget {
  readonly contextKind?: string;
  readonly variation: number;
  readonly values: readonly string[];
}

/** All of a rollout's weights together. */
export const wholeWeight = 100_000;

/** Kind of the context that a region is. */
export const regionKind = "region";

/** Identifies the rule that Meridian keeps for a region. */
export function regionRuleId(region: string): string {
  return `meridian-${region}`;
}

/** The region whose rule this is; undefined: somebody else's rule. */
export function regionOfRule({ id }: FlagRule): string | undefined {
  return id?.startsWith("meridian-") === true ? id.slice("meridian-".length) : undefined;
}

/** What makes a rule apply to one region, and to nothing else. */
export function regionClauses(region: string): Clause[] {
  return [{ contextKind: regionKind, attribute: "key", op: "in", values: [region], negate: false }];
}

/** Whether a flag can gate: two variations, true and false, in any order. */
export function isGateFlag({ variations }: Pick<Flag, "variations">): boolean {
  return variations.length === 2 && variations.includes(true) && variations.includes(false);
}

/** Targets that name anybody. LaunchDarkly keeps empty ones. */
export function targetsOf({
  targets = [],
  contextTargets = [],
}: Pick<Flag, "targets" | "contextTargets">): FlagTarget[] {
  return [...targets, ...contextTargets].filter(({ values }) => values.length > 0);
}

/**
 * Whether a flag is launched, as LaunchDarkly calls it: on, with a fixed `true` on the default rule and nothing before that rule
 * which could give anybody anything else. Only then is it retired.
 */
export function isLaunched(flag: HeardFlag): boolean {
  const { on, variations, fallthrough, rules = [], prerequisites = [] } = flag;
  const { variation } = fallthrough ?? {};
  return (
    on &&
    variation !== undefined &&
    variations[variation] === true &&
    rules.length === 0 &&
    prerequisites.length === 0 &&
    targetsOf(flag).length === 0
  );
}

/** The rules that are not Meridian's, in their order. */
export function rulesByPeople({ rules = [] }: Flag): FlagRule[] {
  return rules.filter((rule) => regionOfRule(rule) === undefined);
}
