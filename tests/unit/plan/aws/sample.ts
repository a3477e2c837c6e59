import { parseEnvironment } from "../../../../infra/config/parse";
import { type PlatformPlan, planPlatform } from "../../../../infra/plan";
import type { AwsFacts, RegionFacts } from "../../../../infra/providers/aws/account/facts";
import { eksVersions } from "../../../../infra/catalog/eksVersions";

export const account = "123456789012";

/** The least that an environment on AWS says, on top of its regions. */
export const leastAws = {
  accountId: account,
  budget: { monthlyUsd: 100, emails: ["platform@example.com"] },
};

/** A plan of an environment on AWS named "test", made the way the program makes it. */
export function awsPlanOf(
  regions: readonly Record<string, unknown>[] = [{ name: "eu-west-1" }, { name: "us-east-1" }],
  aws: Record<string, unknown> = {},
  apps: readonly string[] = [],
): PlatformPlan {
  const result = parseEnvironment("test", {
    provider: "aws",
    aws: { ...leastAws, ...aws },
    regions,
    delivery: { repository: "https://git.test/owner/name" },
    traffic: { domain: "test.example.com" },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, undefined, 2));
  return planPlatform(result.environment, apps);
}

/** An account in which a plan finds all that it needs. */
export function factsFor(
  plan: PlatformPlan,
  changes: Partial<AwsFacts> = {},
  ofRegion: Partial<RegionFacts> = {},
): AwsFacts {
  const enough = {
    vpcs: 5,
    elasticIps: 5,
    natGatewaysPerZone: 5,
    clusters: 100,
    onDemandCpus: 256,
    spotCpus: 256,
    loadBalancers: 50,
  };
  const region = (name: string, zones: RegionFacts["zones"]): [string, RegionFacts] => [
    name,
    {
      zones,
      eksVersions: eksVersions.map(({ version }) => version),
      networks: [{ id: "vpc-default", cidrs: ["172.31.0.0/16"] }],
      services: ["acm", "ec2", "ecr", "eks", "elasticache", "elb", "kms", "rds", "secretsmanager"],
      quotas: enough,
      ...ofRegion,
    },
  ];
  return {
    account,
    caller: `arn:aws:sts::${account}:assumed-role/somebody/session`,
    enabledRegions: plan.regions.map(({ name }) => name),
    zoneId: "Z0123",
    regions: Object.fromEntries(
      plan.regions.map(({ name, zones }) =>
        region(
          name,
          zones.map((zone, place) => ({ name: zone.name, id: `any-az${place + 1}` })),
        ),
      ),
    ),
    ...changes,
  };
}
