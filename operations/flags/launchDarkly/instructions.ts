import {
  applyChanges,
  effective,
  type FlagChange,
} from "../../../infra/components/rollouts/flagEdits";
import {
  regionClauses,
  regionOfRule,
  regionRuleId,
  type Serve,
} from "../../../infra/components/rollouts/flags";
import type { RemoteFlag } from "./model";

/** One instruction of a semantic patch. */
export type Instruction = { readonly kind: string } & Readonly<Record<string, unknown>>;

/**
 * Changes as instructions of a semantic patch, which LaunchDarkly applies all or none. Changes without effect are omitted.
 * Names and parameters: https://launchdarkly.com/docs/api/feature-flags/patch-feature-flag (turnFlagOn, turnFlagOff,
 * updateFallthroughVariationOrRollout, addRule, updateRuleVariationOrRollout, removeRule, reorderRules). A seed cannot be sent:
 * LaunchDarkly keeps the existing one.
 */
export function instructionsFor(remote: RemoteFlag, changes: readonly FlagChange[]): Instruction[] {
  if (applyChanges(remote.flag, changes) === remote.flag) return [];
  return effective(remote.flag, changes).flatMap((change) => instructions(remote, change));
}

function instructions(remote: RemoteFlag, change: FlagChange): Instruction[] {
  switch (change.kind) {
    case "on":
      return [{ kind: change.on ? "turnFlagOn" : "turnFlagOff" }];
    case "fallthrough":
      return [{ kind: "updateFallthroughVariationOrRollout", ...serve(remote, change.serve) }];
    case "region":
      return region(remote, change.region, change.serve);
    case "clear":
      return ownRules(remote, change.region).map((ruleId) => ({ kind: "removeRule", ruleId }));
  }
}

/** A region's rule exists once, before all others: an earlier rule would take precedence, and could defeat an "off". */
function region(remote: RemoteFlag, name: string, served: Serve): Instruction[] {
  const [own, ...doubled] = ownRules(remote, name);
  const [first] = remote.ruleIds;
  if (own === undefined)
    return [
      {
        kind: "addRule",
        description: regionRuleId(name),
        clauses: regionClauses(name),
        ...(first !== undefined && { beforeRuleId: first }),
        ...serve(remote, served),
      },
    ];
  const others = remote.ruleIds.filter((id) => id !== own && !doubled.includes(id));
  return [
    ...doubled.map((ruleId) => ({ kind: "removeRule", ruleId })),
    { kind: "updateRuleVariationOrRollout", ruleId: own, ...serve(remote, served) },
    ...(own === first ? [] : [{ kind: "reorderRules", ruleIds: [own, ...others] }]),
  ];
}

function ownRules({ flag, ruleIds }: RemoteFlag, name: string): string[] {
  const rules = flag.rules ?? [];
  return ruleIds.filter((_, i) => {
    const rule = rules[i];
    return rule !== undefined && regionOfRule(rule) === name;
  });
}

function serve({ variationIds }: RemoteFlag, { variation, rollout }: Serve): object {
  const idOf = (place: number) => {
    const id = variationIds[place];
    if (id === undefined) throw new RangeError(`no variation ${place}`);
    return id;
  };
  if (rollout === undefined) return { variationId: idOf(variation ?? -1) };
  const { contextKind = "user", bucketBy, variations } = rollout;
  return {
    rolloutContextKind: contextKind,
    ...(typeof bucketBy === "string" && { rolloutBucketBy: bucketBy }),
    rolloutWeights: Object.fromEntries(
      variations.map(({ variation: place, weight }) => [idOf(place), weight]),
    ),
  };
}
