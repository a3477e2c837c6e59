import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../../../../infra/providers/aws/cluster/eks";
import { planCluster } from "../../../../infra/providers/aws/cluster/eks";
import {
  type NodePoolPlan,
  planHubNodePools,
  planNodePools,
} from "../../../../infra/providers/aws/cluster/nodePools";
import type { RegionPlan } from "../../../../infra/plan/types";
import type {
  RegionNetworkOutputs,
  RegionSharedOutputs,
} from "../../../../infra/providers/aws/resources/types";
import { standing } from "../../../support/foundation";
import { awsPlan } from "../../plan/aws/clusterSample";

export const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1";

/** What the plans say for the first region and the hub of an environment. */
export function clusterPlans(overlay: Parameters<typeof awsPlan>[0] = {}): {
  readonly region: RegionPlan;
  readonly cluster: ClusterPlan;
  readonly pools: readonly NodePoolPlan[];
  readonly hub: ClusterPlan;
  readonly hubPools: readonly NodePoolPlan[];
} {
  const { plan, aws } = awsPlan(overlay);
  const [region] = plan.regions;
  assert.ok(region);
  return {
    region,
    cluster: planCluster(plan, region, aws),
    pools: planNodePools(plan, region, aws),
    hub: planCluster(plan, plan.hub, aws),
    hubPools: planHubNodePools(plan, aws),
  };
}

/** A network that nobody has laid. Call it within `register`. */
export function fakeNetwork(): RegionNetworkOutputs {
  const subnets = (tier: string) => ["a", "b", "c"].map((zone) => pulumi.output(`${tier}-${zone}`));
  const group = (role: string) => pulumi.output(`sg-${role}`);
  return {
    vpcId: pulumi.output("vpc-1"),
    subnetIds: {
      public: subnets("public"),
      private: subnets("private"),
      isolated: subnets("isolated"),
      pods: subnets("pods"),
    },
    securityGroupIds: {
      edge: group("edge"),
      federation: group("federation"),
      clusters: group("clusters"),
      endpoints: group("endpoints"),
      database: group("database"),
      cache: group("cache"),
    },
    ready: [standing("routes")],
  };
}

export function fakeShared(): RegionSharedOutputs {
  return {
    keyArn: pulumi.output(keyArn),
    accessLogBucket: pulumi.output("logs"),
    alarmTopicArn: pulumi.output("arn:aws:sns:any"),
  };
}
