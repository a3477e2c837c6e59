import { isDeepStrictEqual } from "node:util";
import {
  type Flag,
  type FlagRule,
  isGateFlag,
  regionClauses,
  regionKind,
  regionOfRule,
  regionRuleId,
  type Rollout,
  rulesByPeople,
  type Serve,
  targetsOf,
  type WeightedVariation,
  wholeWeight,
} from "./flags";

/** One change of a flag. It is applied to a file or through LaunchDarkly's API. */
export type FlagChange =
  | { readonly kind: "on"; readonly on: boolean }
  | { readonly kind: "fallthrough"; readonly serve: Serve }
  /** Sets the region's own rule as the first rule. An existing one is updated and moved there. */
  | { readonly kind: "region"; readonly region: string; readonly serve: Serve }
  /** Removes the region's own rule: the common rules apply to it. */
  | { readonly kind: "clear"; readonly region: string };

/** An edit that is not possible. The message is for users. */
export class FlagEditError extends Error {
  override readonly name = "FlagEditError";
}

/**
 * Serves the new version to a percentage of the contexts. An existing rollout keeps its context kind and bucketing, so contexts that
 * have the new version keep it as the percentage grows. A rollout of one region never buckets by region. `on` does not change.
 *
 * @param percent 0 to 100, to a thousandth.
 * @param region only there; default: wherever no other rule applies.
 * @throws RangeError for any other percentage, FlagEditError for a flag that cannot gate or has a running experiment.
 */
export function setPercentage(flag: Flag, percent: number, region?: string): FlagChange[] {
  const weight = Math.round(percent * 1000);
  const exact = Math.abs(percent * 1000 - weight) < 1e-6;
  if (!exact || !(weight >= 0 && weight <= wholeWeight))
    throw new RangeError(`${percent}: a percentage is 0 to 100, with up to three decimals`);
  requireGate(flag);
  const common = flag.fallthrough.rollout;
  const own = region === undefined ? common : regionRule(flag, region)?.rollout;
  refuseExperiment(flag, own);
  const start = divides(own, region) ? own : divisionFor(region, common);
  const serve = { rollout: { ...start, variations: weights(flag, own?.variations, weight) } };
  return region === undefined
    ? [{ kind: "fallthrough", serve }]
    : [{ kind: "region", region, serve }];
}

/**
 * Switches a flag on. With a region: removes the rule that switched it off there; a percentage of that region does not change.
 */
export function switchOn(flag: Flag, region?: string): FlagChange[] {
  requireGate(flag);
  if (region === undefined) return [{ kind: "on", on: true }];
  const rule = regionRule(flag, region);
  const off = rule?.variation === flag.variations.indexOf(false);
  return off ? [{ kind: "clear", region }] : [];
}

/** Switches a flag off, everywhere or in one region: all requests there return to the stable version. */
export function switchOff(flag: Flag, region?: string): FlagChange[] {
  requireGate(flag);
  if (region === undefined) return [{ kind: "on", on: false }];
  return [{ kind: "region", region, serve: { variation: flag.variations.indexOf(false) } }];
}

/** Removes a region's own rule. */
export function clearRegion(flag: Flag, region: string): FlagChange[] {
  return regionRule(flag, region) === undefined ? [] : [{ kind: "clear", region }];
}

/**
 * Launches a flag: it serves true to every context and no longer gates. Rollouts complete.
 * @throws FlagEditError if user-defined rules, targets or prerequisites would still apply to some contexts.
 */
export function retire(flag: Flag): FlagChange[] {
  requireGate(flag);
  const rules = rulesByPeople(flag).map(ruleName);
  const targets = targetsOf(flag).length;
  const others = (flag.prerequisites ?? []).map((one) => one.key);
  const held = [
    ...(rules.length > 0 ? [`rules that Meridian did not write (${rules.join(", ")})`] : []),
    ...(targets > 0 ? ["contexts that are named one by one"] : []),
    ...(others.length > 0 ? [`prerequisites (${others.join(", ")})`] : []),
  ];
  if (held.length > 0)
    throw new FlagEditError(
      `${flag.key} has ${held.join(" and ")}: for as long as they decide for some it is not launched. ` +
        "Take them out, then retire it.",
    );
  const regions = new Set((flag.rules ?? []).flatMap((rule) => regionOfRule(rule) ?? []));
  return [
    ...[...regions].map((region): FlagChange => ({ kind: "clear", region })),
    { kind: "fallthrough", serve: { variation: flag.variations.indexOf(true) } },
    { kind: "on", on: true },
  ];
}

/** A new flag: on, at 0 %. */
export function createFlag(key: string): Flag {
  const share = (variation: number, weight: number) => ({ variation, weight });
  return {
    key,
    version: 1,
    on: true,
    variations: [true, false],
    fallthrough: {
      rollout: { contextKind: "user", variations: [share(0, 0), share(1, wholeWeight)] },
    },
    offVariation: 1,
    rules: [],
    targets: [],
    contextTargets: [],
    prerequisites: [],
    salt: key,
    ...{ clientSideAvailability: { usingMobileKey: false, usingEnvironmentId: false } },
  };
}

/**
 * Applies changes.
 * @returns the flag with its version incremented; the same object if nothing changes.
 */
export function applyChanges(flag: Flag, changes: readonly FlagChange[]): Flag {
  const edited = changes.reduce(applyChange, flag);
  return isDeepStrictEqual(edited, flag) ? flag : { ...edited, version: flag.version + 1 };
}

/** The changes that modify the flag. */
export function effective(flag: Flag, changes: readonly FlagChange[]): FlagChange[] {
  return changes.filter((change) => !isDeepStrictEqual(applyChange(flag, change), flag));
}

/** Name of a rule: its description, else its id. */
export function ruleName({ description, id }: FlagRule): string {
  return description !== undefined && description !== ""
    ? description
    : (id ?? "one without a name");
}

function applyChange(flag: Flag, change: FlagChange): Flag {
  switch (change.kind) {
    case "on":
      return { ...flag, on: change.on };
    case "fallthrough":
      return { ...flag, fallthrough: { ...withoutServe(flag.fallthrough), ...change.serve } };
    case "region":
      return { ...flag, rules: withRegion(flag.rules ?? [], change.region, change.serve) };
    case "clear":
      return { ...flag, rules: otherRules(flag.rules ?? [], change.region) };
  }
}

function withRegion(rules: readonly FlagRule[], region: string, serve: Serve): FlagRule[] {
  const own = rules.find((rule) => regionOfRule(rule) === region);
  const kept = own ?? { id: regionRuleId(region), clauses: regionClauses(region) };
  return [{ ...withoutServe(kept), ...serve }, ...otherRules(rules, region)];
}

function otherRules(rules: readonly FlagRule[], region: string): FlagRule[] {
  return rules.filter((rule) => regionOfRule(rule) !== region);
}

function withoutServe<T extends Serve>(object: T): Omit<T, keyof Serve> {
  const rest = Object.entries(object).filter(([key]) => key !== "variation" && key !== "rollout");
  return Object.fromEntries(rest) as Omit<T, keyof Serve>;
}

function regionRule({ rules = [] }: Flag, region: string): FlagRule | undefined {
  return rules.find((rule) => regionOfRule(rule) === region);
}

/** Whether a rollout can include a part of a region's contexts. A rollout by region includes all contexts of a region or none. */
function divides(rollout: Rollout | undefined, region: string | undefined): rollout is Rollout {
  return rollout !== undefined && (region === undefined || rollout.contextKind !== regionKind);
}

/** Context kind and bucketing of a new rollout. A region's rollout includes contexts in the same order as the common rollout. */
function divisionFor(
  region: string | undefined,
  common: Rollout | undefined,
): Omit<Rollout, "variations"> {
  if (!divides(common, region)) return { contextKind: "user" };
  const { contextKind = "user", bucketBy, seed } = common;
  return {
    contextKind,
    ...(bucketBy !== undefined && { bucketBy }),
    ...(seed !== undefined && { seed }),
  };
}

/** Keeps the existing order of variations: it determines the bucketing, so another order would select other contexts. */
function weights(
  { variations }: Flag,
  before: readonly WeightedVariation[] | undefined,
  weight: number,
): WeightedVariation[] {
  const yes = variations.indexOf(true);
  const no = variations.indexOf(false);
  const places = before?.map(({ variation }) => variation) ?? [];
  const both = places.length === 2 && places.includes(yes) && places.includes(no);
  const order: readonly Pick<WeightedVariation, "variation">[] =
    both && before !== undefined ? before : [{ variation: yes }, { variation: no }];
  return order.map((one) => ({
    ...one,
    weight: one.variation === yes ? weight : wholeWeight - weight,
  }));
}

function requireGate(flag: Flag): void {
  if (isGateFlag(flag)) return;
  throw new FlagEditError(
    `${flag.key} is no flag of true and false, so that no rollout can go by it: every gate holds.`,
  );
}

function refuseExperiment({ key }: Flag, rollout: Rollout | undefined): void {
  if (rollout?.kind !== "experiment") return;
  throw new FlagEditError(
    `An experiment runs on ${key}, and its shares are the experiment's own. End it first.`,
  );
}
