import type { PlatformPlan } from "../../../../infra/plan";
import type { AwsFacts, RegionFacts } from "../../../../infra/providers/aws/account/facts";
import { eksVersions } from "../../../../infra/catalog/eksVersions";
import { testAccount } from "../../../support/aws/table";

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
    account: testAccount,
    caller: `arn:aws:sts::${testAccount}:assumed-role/somebody/session`,
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
