import { randomInt } from "node:crypto";
import fc from "fast-check";
import { type Range, parseCidr } from "../../../../infra/config/cidr";
import { parseEnvironment } from "../../../../infra/config/parse";
import { knownRegions } from "../../../../infra/config/addressing";
import type { AwsEnvironment } from "../../../../infra/config/types";
import { planPlatform } from "../../../../infra/plan";
import {
  type ConnectionsPlan,
  planConnections,
} from "../../../../infra/providers/aws/network/connections";
import {
  type RegionNetworkPlan,
  planNetwork,
} from "../../../../infra/providers/aws/network/network";
import type { RegionPlan } from "../../../../infra/plan/types";

/** All that is decided about the networks of an environment. */
export interface NetworksPlan {
  readonly environment: AwsEnvironment;
  readonly regions: readonly RegionPlan[];
  readonly networks: readonly RegionNetworkPlan[];
  readonly connections: ConnectionsPlan;
}

/** All properties of one process see the same environments, another process others: each is planned once for all of them. */
fc.configureGlobal({ seed: randomInt(2 ** 31), ...fc.readConfigureGlobal() });

const planned = new Map<string, NetworksPlan>();

/** The networks of an environment named "test" on AWS, made the way the program makes them. */
export function networksOf(
  regions: readonly Record<string, unknown>[],
  aws: Record<string, unknown> = {},
): NetworksPlan {
  const key = JSON.stringify([regions, aws]);
  const plan = planned.get(key) ?? plansOf(regions, aws);
  planned.set(key, plan);
  return plan;
}

function plansOf(
  regions: readonly Record<string, unknown>[],
  aws: Record<string, unknown>,
): NetworksPlan {
  const result = parseEnvironment("test", {
    provider: "aws",
    regions,
    aws: {
      accountId: "123456789012",
      budget: { monthlyUsd: 100, emails: ["a@example.com"] },
      ...aws,
    },
    delivery: { repository: "https://github.com/example/meridian" },
    traffic: { domain: "example.com" },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, undefined, 2));
  const { environment } = result;
  if (environment.provider !== "aws") throw new Error("not an environment on AWS");
  const plan = planPlatform(environment);
  const networks = plan.regions.map((region) => planNetwork(environment, region, plan.regions));
  return {
    environment,
    regions: plan.regions,
    networks,
    connections: planConnections(environment, plan.regions, networks),
  };
}

export const twoRegions = [{ name: "eu-west-1" }, { name: "us-east-1" }] as const;
export const threeRegions = [...twoRegions, { name: "ap-southeast-1" }] as const;

/** Letters of three zones, as some regions have them. */
const zones = fc.shuffledSubarray(["a", "b", "c", "d", "e", "f"], { minLength: 3, maxLength: 3 });

/** Any sound list of up to six regions, some with a range of their own, of every size that is allowed. */
export const anyRegions = fc
  .uniqueArray(fc.constantFrom(...knownRegions), { minLength: 1, maxLength: 6 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name, index) =>
        fc
          .record({ zones, own: fc.boolean(), prefix: fc.integer({ min: 14, max: 20 }) })
          .map((entry): Record<string, unknown> & { name: string } => ({
            name,
            zones: entry.zones,
            // 172.16.0.0/12 has room for four of the largest.
            ...(entry.own && index < 4 && { cidr: `172.${16 + 4 * index}.0.0/${entry.prefix}` }),
          })),
      ),
    ),
  );

/** Any choice of what only AWS has and networks depend on. */
export const anyAws = fc.record({
  natGateways: fc.constantFrom("zone", "region"),
  transitGatewayFrom: fc.integer({ min: 2, max: 6 }),
  apiAccess: fc.subarray(["203.0.113.0/24", "198.51.100.7/32", "52.95.0.0/16"]),
});

export function rangeOf(cidr: string): Range {
  const range = parseCidr(cidr);
  if (range === undefined) throw new Error(`not a range: ${cidr}`);
  return range;
}
