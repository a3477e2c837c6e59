import fc from "fast-check";
import { parseEnvironment } from "../../../../infra/config/parse";
import { knownRegions } from "../../../../infra/config/addressing";
import type { AwsEnvironment } from "../../../../infra/config/types";
import type { AwsAccount } from "../../../../infra/providers/aws/account/account";
import { type GlobalPlan, planGlobal } from "../../../../infra/providers/aws/account/global";
import type { PolicyDocument } from "../../../../infra/providers/aws/access/policy";

export const accountId = "123456789012";

export const staging: AwsAccount = { environment: "staging", accountId, partition: "aws" };

/** An environment on AWS, read as the program reads it. */
export function awsEnvironment(
  name: string,
  regions: readonly string[],
  aws: Record<string, unknown> = {},
): AwsEnvironment {
  const result = parseEnvironment(name, {
    provider: "aws",
    regions: regions.map((region) => ({ name: region })),
    aws: { accountId, budget: { monthlyUsd: 1500, emails: ["platform@example.com"] }, ...aws },
    traffic: { domain: "shop.example.com" },
    delivery: { repository: "https://git.test/platform" },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, undefined, 2));
  if (result.environment.provider !== "aws") throw new Error("not on AWS");
  return result.environment;
}

/** The plan that most tests look at: two regions, two apps, workflows with access. */
export function samplePlan(fields: { keepsData?: boolean; regions?: readonly string[] } = {}) {
  const { keepsData = true, regions = ["eu-west-1", "us-east-1"] } = fields;
  return planGlobal({
    environment: awsEnvironment("staging", regions, { github: "example/meridian" }),
    home: "eu-west-1",
    apps: ["catalog", "orders"],
    keepsData,
  });
}

/** The regions of one cloud each: no environment spans two. */
const clouds = [/^us-gov-/, /^cn-/, /^(?!us-gov-|cn-)/].map((cloud) =>
  knownRegions.filter((region) => cloud.test(region)),
);

/** Any plan there can be. */
export const anyPlan: fc.Arbitrary<GlobalPlan> = fc
  .constantFrom(...clouds)
  .chain((regions) =>
    fc.record({
      regions: fc.uniqueArray(fc.constantFrom(...regions), { minLength: 1, maxLength: 6 }),
      home: fc.nat(),
      name: fc.constantFrom("staging", "production", "test-1"),
      github: fc.constantFrom(undefined, "example/meridian", "a-b@1/c.d_e@23"),
      apps: fc.uniqueArray(fc.constantFrom("catalog", "orders", "web", "a-b")),
      keepsData: fc.boolean(),
    }),
  )
  .map(({ regions, home, name, github, apps, keepsData }) => {
    const environment = awsEnvironment(name, regions);
    const aws = { ...environment.aws, ...(github !== undefined && { github }) };
    const at = regions[home % regions.length] ?? "";
    return planGlobal({ environment: { ...environment, aws }, home: at, apps, keepsData });
  });

/** Every policy document of a plan, by what it is. */
export function documentsOf(plan: GlobalPlan): Record<string, PolicyDocument> {
  const { key, github, boundary, trail, accessLogs } = plan;
  const named = [
    ...[key.primary, ...key.replicas].map(({ region, policy }) => [`key ${region}`, policy]),
    ...Object.entries(accessLogs).map(([region, { policy }]) => [`logs ${region}`, policy]),
    ...(github?.roles ?? []).flatMap(({ workflow, trust, permissions }) => [
      [`trust ${workflow}`, trust],
      [`permissions ${workflow}`, permissions],
    ]),
    ["boundary", boundary.policy],
    ["trail", trail.bucket.policy],
  ];
  return Object.fromEntries(named) as Record<string, PolicyDocument>;
}
