/**
 * The part of LaunchDarkly's data model that Meridian edits, as in a flag file and in LaunchDarkly's messages to its SDKs.
 * Edits preserve all other properties of an object.
 */

/** A file in LaunchDarkly's file data format. */
export interface FlagFile {
  readonly flags: Readonly<Record<string, Flag>>;
  readonly segments?: Readonly<Record<string, unknown>>;
}

export interface Flag {
  readonly key: string;
  /** Incremented by every edit. SDKs apply only newer versions from a stream, but every version from a file. */
  readonly version: number;
  readonly on: boolean;
  /** Possible values; all other fields refer to a variation by its index in this list. */
  readonly variations: readonly unknown[];
  /** Served to contexts without a matching rule or target. */
  readonly fallthrough: Serve;
  /** Index of the variation that is served while the flag is off. */
  readonly offVariation?: number | null;
  /** The first rule whose clauses all match applies. */
  readonly rules?: readonly FlagRule[];
  /** Individually targeted contexts of kind `user`; they have precedence over rules. */
  readonly targets?: readonly FlagTarget[];
  /** Individually targeted contexts of other kinds. */
  readonly contextTargets?: readonly FlagTarget[];
  /** Flags that have to be on first, with the given variation. */
  readonly prerequisites?: readonly { readonly key: string; readonly variation: number }[];
  /** Input of the bucketing of contexts: another salt reassigns all contexts. */
  readonly salt?: string;
  /** Archived in LaunchDarkly: gates no longer receive it. Never in a file. */
  readonly archived?: boolean;
}

/** A flag as received, without validation. */
export type ReceivedFlag = Omit<Flag, "fallthrough"> & Partial<Pick<Flag, "fallthrough">>;

/** Either one variation, or a rollout. */
export interface Serve {
  readonly variation?: number;
  readonly rollout?: Rollout;
}

/** Variations by percentage of the contexts. */
export interface Rollout {
  /** Absent: "rollout". */
  readonly kind?: string;
  /** Kind of the contexts that are bucketed; absent: "user". */
  readonly contextKind?: string;
  /** Attribute by which contexts are bucketed; absent: their key. */
  readonly bucketBy?: string | null;
  readonly seed?: number | null;
  readonly variations: readonly WeightedVariation[];
}

export interface WeightedVariation {
  readonly variation: number;
  /** In thousandths of a percent; the sum of a rollout is 100000. */
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

/** Sum of a rollout's weights. */
export const wholeWeight = 100_000;

/** Context kind of a region. */
export const regionKind = "region";

/** Id of Meridian's rule for a region. */
export function regionRuleId(region: string): string {
  return `meridian-${region}`;
}

/** The region of one of Meridian's rules; undefined: a user-defined rule. */
export function regionOfRule({ id }: FlagRule): string | undefined {
  return id?.startsWith("meridian-") === true ? id.slice("meridian-".length) : undefined;
}

/** Clauses that make a rule apply to one region only. */
export function regionClauses(region: string): Clause[] {
  return [{ contextKind: regionKind, attribute: "key", op: "in", values: [region], negate: false }];
}

/** Whether a flag can gate: two variations, true and false, in any order. */
export function isGateFlag({ variations }: Pick<Flag, "variations">): boolean {
  return variations.length === 2 && variations.includes(true) && variations.includes(false);
}

/** Targets with at least one context. LaunchDarkly retains empty ones. */
export function targetsOf({
  targets = [],
  contextTargets = [],
}: Pick<Flag, "targets" | "contextTargets">): FlagTarget[] {
  return [...targets, ...contextTargets].filter(({ values }) => values.length > 0);
}

/**
 * Whether a flag is launched in LaunchDarkly's sense: on, with a fixed `true` in the default rule, and without rules, targets or
 * prerequisites that could serve another value. Only such a flag is retired.
 */
export function isLaunched(flag: ReceivedFlag): boolean {
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

/** User-defined rules, in their order. */
export function rulesByPeople({ rules = [] }: Flag): FlagRule[] {
  return rules.filter((rule) => regionOfRule(rule) === undefined);
}
