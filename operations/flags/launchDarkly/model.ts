import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import {
  type Clause,
  type Flag,
  regionClauses,
  regionRuleId,
  type Serve,
} from "../../../infra/components/rollouts/flags";

/**
 * A flag in LaunchDarkly's REST API for one environment, with the ids that instructions use: in the API a variation and a rule
 * have an `_id`, whereas in the SDKs' data a variation is an index in a list. Fields:
 * https://launchdarkly.com/docs/api/feature-flags/get-feature-flag
 */
export interface RemoteFlag {
  readonly flag: Flag;
  /** In the order of `flag.variations`. */
  readonly variationIds: readonly string[];
  /** In the order of `flag.rules`. */
  readonly ruleIds: readonly string[];
}

const rollout = z.looseObject({
  contextKind: z.string().optional(),
  bucketBy: z.string().nullish(),
  seed: z.number().nullish(),
  experimentAllocation: z.unknown().optional(),
  variations: z.array(z.looseObject({ variation: z.number(), weight: z.number() })),
});
const serve = { variation: z.number().nullish(), rollout: rollout.nullish() };
const clause = z.looseObject({
  contextKind: z.string().optional(),
  attribute: z.string(),
  op: z.string(),
  values: z.array(z.unknown()),
  negate: z.boolean().optional(),
});
const target = z.looseObject({
  contextKind: z.string().optional(),
  variation: z.number(),
  values: z.array(z.string()),
});
const environment = z.looseObject({
  on: z.boolean(),
  version: z.number(),
  salt: z.string().optional(),
  fallthrough: z.looseObject(serve),
  offVariation: z.number().nullish(),
  rules: z
    .array(
      z.looseObject({
        ...serve,
        _id: z.string(),
        description: z.string().optional(),
        clauses: z.array(clause),
      }),
    )
    .default([]),
  targets: z.array(target).default([]),
  contextTargets: z.array(target).default([]),
  prerequisites: z.array(z.looseObject({ key: z.string(), variation: z.number() })).default([]),
});
const answer = z.looseObject({
  key: z.string(),
  archived: z.boolean().default(false),
  variations: z.array(z.looseObject({ _id: z.string(), value: z.unknown() })),
  environments: z.record(z.string(), z.unknown()).default({}),
});

/** An unreadable response: with `form` it is not LaunchDarkly's, with `environment` it lacks the environment. */
export class UnreadableFlag extends Error {
  constructor(readonly missing: "form" | "environment") {
    super(`an answer without its ${missing}`);
  }
}

/** @throws UnreadableFlag */
export function remoteFlag(body: unknown, name: string): RemoteFlag {
  const read = answer.safeParse(body);
  if (!read.success) throw new UnreadableFlag("form");
  const { key, archived, variations, environments } = read.data;
  if (!Object.hasOwn(environments, name)) throw new UnreadableFlag("environment");
  const own = environment.safeParse(environments[name]);
  if (!own.success) throw new UnreadableFlag("form");
  const { on, version, salt, offVariation, rules, targets, contextTargets, prerequisites } =
    own.data;
  return {
    variationIds: variations.map(({ _id }) => _id),
    ruleIds: rules.map(({ _id }) => _id),
    flag: {
      key,
      version,
      on,
      variations: variations.map(({ value }) => value),
      fallthrough: served(own.data.fallthrough),
      ...(offVariation !== undefined && { offVariation }),
      rules: rules.map(({ _id, description, clauses, ...rest }) => ({
        id: ruleId(_id, clauses),
        ...(description !== undefined && { description }),
        clauses: clauses.map(plainClause),
        ...served(rest),
      })),
      targets: targets.map(plainTarget),
      contextTargets: contextTargets.map(plainTarget),
      prerequisites: prerequisites.map(({ key: other, variation }) => ({ key: other, variation })),
      ...(salt !== undefined && { salt }),
      ...(archived && { archived }),
    },
  };
}

/** LaunchDarkly assigns its own id to every rule, so a region's rule is recognized by its clauses. */
function ruleId(id: string, clauses: readonly z.infer<typeof clause>[]): string {
  const value = clauses[0]?.values[0];
  if (typeof value !== "string") return id;
  return isDeepStrictEqual(clauses.map(plainClause), regionClauses(value))
    ? regionRuleId(value)
    : id;
}

function plainClause({
  contextKind,
  attribute,
  op,
  values,
  negate,
}: z.infer<typeof clause>): Clause {
  return { contextKind: contextKind ?? "user", attribute, op, values, negate: negate === true };
}

function plainTarget({ contextKind, variation, values }: z.infer<typeof target>) {
  return { ...(contextKind !== undefined && { contextKind }), variation, values };
}

function served(given: {
  variation?: number | null | undefined;
  rollout?: z.infer<typeof rollout> | null | undefined;
}): Serve {
  if (given.rollout === undefined || given.rollout === null)
    return typeof given.variation === "number" ? { variation: given.variation } : {};
  const { contextKind, bucketBy, seed, experimentAllocation, variations } = given.rollout;
  const running = experimentAllocation !== undefined && experimentAllocation !== null;
  return {
    rollout: {
      ...(running && { kind: "experiment" }),
      ...(contextKind !== undefined && { contextKind }),
      ...(typeof bucketBy === "string" && { bucketBy }),
      ...(typeof seed === "number" && { seed }),
      variations: variations.map(({ variation, weight }) => ({ variation, weight })),
    },
  };
}
