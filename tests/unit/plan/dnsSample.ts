import fc from "fast-check";
import {
  type DnsInput,
  type DnsName,
  type DnsRegion,
  nearestFirst,
  planDns,
} from "../../../infra/components/dns";

/** The regions of the samples, the hub's first. */
export const five = ["eu-west-1", "us-east-1", "ap-southeast-1", "eu-central-1", "sa-east-1"];

/** A region as an environment of this machine has it. */
export type AddressedRegion = DnsRegion & { readonly address: string };

/** The first regions of `five` with these weights; the i-th one's edge is 127.0.10.i, its clients 10.(20 + i).0.0/16. */
export function regionsOf(weights: readonly number[]): AddressedRegion[] {
  return five.slice(0, weights.length).map((name, i) => ({
    name,
    address: `127.0.10.${i}`,
    weight: weights[i] ?? 100,
    clients: [`10.${20 + i}.0.0/16`],
  }));
}

export function inputOf(regions: readonly DnsRegion[], others: Partial<DnsInput> = {}): DnsInput {
  return {
    domain: "meridian.test",
    ttlSeconds: 5,
    check: { intervalSeconds: 1, timeoutSeconds: 2, failureThreshold: 1, port: 8080 },
    regions,
    apps: ["web"],
    ...others,
  };
}

/** The one name of a plan with these regions. */
export function nameOf(regions: readonly DnsRegion[]): DnsName {
  const [name] = planDns(inputOf(regions)).names;
  if (name === undefined) throw new Error("the sample has one app");
  return name;
}

/** Every subset, the empty one first. */
export function subsets<Item>(items: readonly Item[]): Item[][] {
  return items.reduce<Item[][]>(
    (all, item) => [...all, ...all.map((some) => [...some, item])],
    [[]],
  );
}

/** Every way to give `count` regions one of these weights each. */
export function weightings(count: number, weights: readonly number[]): number[][] {
  return Array.from({ length: count }).reduce<number[][]>(
    (all) => all.flatMap((some) => weights.map((weight) => [...some, weight])),
    [[]],
  );
}

/** The order in which a location likes the regions, nothing drained; that of the first region if it is not known. */
export function preference(regions: readonly DnsRegion[], location: string | undefined): string[] {
  const names = regions.map(({ name }) => name);
  return nearestFirst(location ?? names[0] ?? "", names);
}

/** One to five regions with any weights, at any places, and which of them are healthy. */
export const situations = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(0, 100), fc.nat(100)), fc.boolean()), {
    minLength: 1,
    maxLength: 5,
  })
  .chain((parts) =>
    fc.record({
      regions: fc.shuffledSubarray(regionsOf(parts.map(([weight]) => weight)), {
        minLength: parts.length,
      }),
      healthy: fc.constant(new Set(five.filter((_, i) => parts[i]?.[1]))),
      location: fc.constantFrom(...five.slice(0, parts.length), undefined),
    }),
  );

/** A stream of numbers from 0 up to 1 (mulberry32): the same seed gives the same numbers. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
