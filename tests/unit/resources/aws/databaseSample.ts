import * as assert from "node:assert/strict";
import { planDatabase } from "../../../../infra/components/database/plan";
import { Database } from "../../../../infra/components/database/resources/database";
import { byRegion, fakeNetwork, fakeProviders, fakeShared } from "../../../support/aws/faces";
import { awsPlanOf } from "../../../support/aws/plan";
import { type Registered, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";

export interface Made {
  readonly all: readonly Registered[];
  readonly writer: string;
  readonly readers: Readonly<Record<string, string>>;
}

/** The database of an environment, registered. */
export async function makeDatabase(
  regions: readonly string[],
  config: Record<string, unknown> = {},
  released: readonly string[] = [],
): Promise<Made> {
  const plan = planDatabase(awsPlanOf(regions, { database: config }), released);
  assert.ok(plan);
  let writer = "";
  const readers: Record<string, string> = {};
  const all = await register(() => {
    const made = new Database("database", {
      plan,
      networks: byRegion(regions, (region) => fakeNetwork(region)),
      shared: byRegion(regions, fakeShared),
      providers: fakeProviders(regions),
      password: "generated-password",
    });
    made.writerEndpoint.apply((host) => (writer = host));
    for (const [region, endpoint] of Object.entries(made.readerEndpoints))
      endpoint.apply((host) => (readers[region] = host));
  });
  return { all: ownOf(all), writer, readers };
}

/** What its parts are called. */
export const ids = {
  whole: "aws:rds/globalCluster:GlobalCluster database",
  component: "meridian:aws:Database database",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment database-monitoring",
  role: "aws:iam/role:Role database-monitoring",
  region: (region: string) => `meridian:aws:DatabaseRegion ${region}-database`,
  cluster: (region: string) => `aws:rds/cluster:Cluster ${region}-database`,
  instance: (region: string, index: number) =>
    `aws:rds/clusterInstance:ClusterInstance ${region}-database-${index}`,
  subnets: (region: string) => `aws:rds/subnetGroup:SubnetGroup ${region}-database`,
  parameters: (region: string) =>
    `aws:rds/clusterParameterGroup:ClusterParameterGroup ${region}-database`,
  logs: (region: string) => `aws:cloudwatch/logGroup:LogGroup ${region}-database`,
  alarm: (region: string, key: string) =>
    `aws:cloudwatch/metricAlarm:MetricAlarm ${region}-database-${key}`,
};
