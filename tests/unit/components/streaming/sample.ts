import fc from "fast-check";
import { planStreaming, type StreamingPlan } from "../../../../infra/components/streaming/plan";
import { parsed, sound, soundAws } from "../../config/sample";

/** A sound environment on this machine with Kafka. */
export function withStreaming(streaming: Record<string, unknown>): Record<string, unknown> {
  return { ...sound(), streaming };
}

/** A sound environment on AWS with Kafka, in the same three regions. */
export function withAwsStreaming(streaming: Record<string, unknown>): Record<string, unknown> {
  return soundAws({}, { ...withStreaming(streaming), provider: "aws" });
}

/** Two topics: orders is written and read by different apps, prices is compacted. */
export const topics = {
  orders: { partitions: 6, writers: ["orders"], readers: ["storefront", "catalog"] },
  "prices.current": { cleanup: "compact", writers: ["catalog"], readers: ["storefront"] },
};

/** The plan of an environment that the configuration accepts. */
export function plannedOf(raw: Record<string, unknown>): StreamingPlan {
  const plan = planStreaming(parsed(raw));
  if (plan === undefined) throw new Error("the environment has no Kafka");
  return plan;
}

const regionNames = ["eu-west-1", "us-east-1", "ap-southeast-1", "sa-east-1"] as const;
const appNames = ["orders", "storefront", "catalog"] as const;
const apps = fc.subarray([...appNames]);
const topicNames = ["orders", "prices.current", "carts", "audit-log"] as const;

const topicOf = (brokers: number, zones: number) =>
  fc.record({
    partitions: fc.integer({ min: 1, max: 12 }),
    replicationFactor: fc.option(fc.integer({ min: 1, max: Math.min(brokers, zones) }), {
      nil: undefined,
    }),
    cleanup: fc.constantFrom("delete", "compact"),
    writers: apps,
    readers: apps,
  });

/** Options of `meridian:streaming` without mistakes, with one to four regions on either provider. */
export const environments: fc.Arbitrary<Record<string, unknown>> = fc
  .record({
    provider: fc.constantFrom("local", "aws"),
    regions: fc.shuffledSubarray([...regionNames], { minLength: 1 }),
    brokers: fc.constantFrom(1, 3, 4, 6),
    zones: fc.constantFrom(["a"], ["a", "b"], ["a", "b", "c"]),
    names: fc.subarray([...topicNames]),
    rpoSeconds: fc.integer({ min: 2, max: 3600 }),
  })
  // On this machine a region has at most three.
  .map((drawn) =>
    drawn.provider === "local" ? { ...drawn, brokers: Math.min(drawn.brokers, 3) } : drawn,
  )
  .chain(({ provider, regions, brokers, zones: drawnZones, names, rpoSeconds }) => {
    // On AWS a region has three zones.
    const zones = provider === "aws" ? ["a", "b", "c"] : drawnZones;
    return fc
      .record({
        topics: fc.tuple(...names.map(() => topicOf(brokers, zones.length))),
        mirroring: mirroringOf(regions, names),
      })
      .map(({ topics: drawn, mirroring }) => {
        const base = provider === "aws" ? soundAws() : sound();
        return {
          ...base,
          regions: regions.map((name) => ({ name, zones })),
          streaming: {
            brokers,
            topics: Object.fromEntries(names.map((name, index) => [name, drawn[index]])),
            mirroring: { ...mirroring, rpoSeconds },
          },
        };
      });
  });

function mirroringOf(regions: readonly string[], names: readonly string[]) {
  const [source = ""] = regions;
  const pairs = regions.flatMap((from) =>
    regions.filter((to) => to !== from).map((to) => ({ from, to })),
  );
  const prefixed = fc.record({
    flows: fc.option(
      fc
        .subarray(pairs)
        .chain((drawn) =>
          fc.tuple(
            ...drawn.map((pair) =>
              (names.length === 0
                ? fc.constant(undefined)
                : fc.option(fc.subarray([...names], { minLength: 1 }), { nil: undefined })
              ).map((chosen) => ({ ...pair, ...(chosen !== undefined && { topics: chosen }) })),
            ),
          ),
        ),
      { nil: undefined },
    ),
  });
  const passive = fc.record({
    mode: fc.constant("active-passive"),
    source: fc.constant(source),
    names: fc.constantFrom("prefixed", "identity"),
  });
  // A chain of regions in which each record reaches each region once.
  const chain = fc.constant({
    mode: "active-passive",
    source,
    names: "identity",
    flows: regions.slice(1).map((to, index) => ({ from: regions[index] ?? "", to })),
  });
  return fc.oneof(prefixed, passive, chain);
}
