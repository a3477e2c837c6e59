import { z } from "zod";
import { awsSchema } from "./awsSchema";
import { failbackSchema } from "./failbackSchema";
import { option, type Parsed, whole } from "./option";
import { regionSchema } from "./regionSchema";
import type { Section } from "./section";

/** The option `federation.failover`. */
export const failoverSchema = option(
  z
    .strictObject({
      profile: option(
        z.enum(["fast", "steady"]).optional(),
        "How soon a silent region counts as lost: fast in under ten seconds, steady in about forty. Default: fast on this machine, " +
          "steady on AWS.",
        {
          expected: '"fast" or "steady"',
          remedy: "Write profile: fast, or steady where links are poor.",
        },
      ),
      evictionsPerSecond: option(
        z.number().min(0.1).max(1000).optional(),
        "Objects moved away from a lost region in a second. Default: the profile's own, 50 or 5.",
        {
          expected: "a number from 0.1 to 1000",
          remedy: "Write a number, or leave it out for the profile's own.",
        },
      ),
      failback: failbackSchema,
    })
    .prefault({}),
  "When and how fast work leaves a lost region, and how it returns.",
  {
    expected: "a map of profile, evictionsPerSecond, failback",
    remedy: "Write failover: { profile: fast }.",
  },
);

const federation = option(
  z.strictObject({ failover: failoverSchema }).prefault({}),
  "How the regions act as one.",
  {
    expected: "a map of failover",
    remedy: "Write federation: { failover: { profile: fast } }, or leave it out.",
  },
);

/** The option `traffic`. */
export const trafficSchema = option(
  z
    .strictObject({
      domain: option(
        z
          .string()
          .regex(
            /^(?=.{1,200}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
          )
          .optional(),
        "Apps are reached at <app>.<domain>. Default: <environment>.meridian.test.",
        {
          expected: "a domain in small letters, without a trailing dot",
          remedy: "Write domain: local.meridian.test, or leave it out.",
        },
      ),
      ttlSeconds: whole(
        1,
        3600,
        "How long a client may keep an answer, in seconds: after a region is lost it asks again within this.",
        "Write seconds, e.g. 2 on this machine or 60 for the world.",
      ).default(2),
    })
    .prefault({}),
  "How requests find a region.",
  {
    expected: "a map of domain, ttlSeconds",
    remedy: "Write traffic: { ttlSeconds: 2 }, or leave it out.",
  },
);

const regions = option(
  z.array(regionSchema).min(1),
  "The regions: the one list that decides everything.",
  {
    expected: "a list of at least one region",
    remedy: "Write regions: and below it - name: eu-west-1.",
  },
);

function providerOf<P extends string>(provider: P) {
  return option(
    z.literal(provider),
    "Who provides the clusters: local is this machine, aws is Amazon's cloud.",
    {
      expected: '"local" or "aws"',
      remedy: `Write provider: ${provider}.`,
    },
  );
}

const common = { regions, federation, traffic: trafficSchema };
const localOptions = { provider: providerOf("local"), ...common };
const awsOptions = { provider: providerOf("aws"), aws: awsSchema, ...common };

/**
 * The options that a person writes in the namespace, for each provider. The schema is chosen before parsing: a single union would
 * stop at an invalid provider and hide the other diagnostics.
 * @param of the components, each with its own options if it has any.
 */
export function environmentSchemasOf(of: readonly { readonly configuration?: Section }[]) {
  const sections = of.flatMap(({ configuration }) => configuration ?? []);
  const local = Object.assign({}, ...sections.map(({ options }) => options.local)) as object;
  const aws = Object.assign({}, ...sections.map(({ options }) => options.aws)) as object;
  return {
    local: option(
      z.strictObject({ ...localOptions, ...local }),
      "An environment on this machine.",
      {
        expected: "a map of options",
        remedy: "Write at least meridian:provider and meridian:regions.",
      },
    ),
    aws: option(z.strictObject({ ...awsOptions, ...aws }), "An environment on AWS.", {
      expected: "a map of options",
      remedy: "Write at least meridian:provider, meridian:aws and meridian:regions.",
    }),
  };
}

type Schemas = ReturnType<typeof environmentSchemasOf>;

/** An environment as written, without its sections, with the defaults that depend on no other field. */
export type EnvironmentInput = Parsed<Schemas[keyof Schemas]>;
