import type { ImageDigests } from "../../config/images";
import type { AwsEnvironment } from "../../config/types";
import type { PlatformPlan } from "../../plan/types";
import { type ArgocdIngressPlan, planArgocdIngress } from "../../components/delivery/argocdIngress";
import { type BackupPlan, planBackup } from "../../components/backup/plan";
import { type CachePlan, planCache } from "../../components/cache/plan";
import { type ConnectionsPlan, planConnections } from "./network/connections";
import { type CostEstimate, estimateCost } from "./account/cost";
import { clusterCost, extendedSupportCost } from "./cluster/cost";
import { type DatabasePlan, planDatabase } from "../../components/database/plan";
import { type FederationEdgePlan, planFederationEdge } from "../../components/gateway/awsEdge";
import { eksVersionWarnings, isInExtendedSupport } from "../../catalog/eksVersions";
import { type ClusterPlan, isProtected, planCluster } from "./cluster/eks";
import {
  type FailbackServicePlan,
  planFailbackService,
} from "../../components/federation/awsFailback";
import { type FirewallPlan, planRegionFirewalls } from "../../components/gateway/firewall";
import { type GatesPlan, planGates } from "../../components/rollouts/awsGates";
import { type GlobalPlan, planGlobal } from "./account/global";
import { keyCost } from "./account/keys";
import { networkCost } from "./network/cost";
import { type RegionNetworkPlan, planNetwork } from "./network/network";
import { type NodePoolPlan, planHubNodePools, planNodePools } from "./cluster/nodePools";
import { type Route53Plan, planRoute53, route53Warnings } from "../../components/dns/route53";
import { type SecretsPlan, planSecrets } from "../../components/secrets/plan";
import { accountOf } from "./account/account";
import { failbackImage, rolloutGateImage } from "./account/images";
import { hubNameIn } from "./account/names";
import { githubProviderOf, roleArn } from "./access/githubAccess";
import type { GithubProviderFacts } from "./account/facts";

/** The AWS-specific plan of an environment, made before any resource is created. */
export interface AwsPlan {
  readonly global: GlobalPlan;
  /** By region, like all records here. */
  readonly networks: Readonly<Record<string, RegionNetworkPlan>>;
  readonly connections: ConnectionsPlan;
  readonly clusters: Readonly<Record<string, ClusterWithPools>>;
  /** A second cluster in the region that hosts it. */
  readonly hub: ClusterWithPools;
  readonly federationEdge: FederationEdgePlan;
  /** Absent if Argo CD is reachable through kubectl only. */
  readonly argocdIngress?: ArgocdIngressPlan;
  readonly firewalls: Readonly<Record<string, FirewallPlan>>;
  readonly dns: Route53Plan;
  readonly database?: DatabasePlan;
  readonly cache?: CachePlan;
  readonly secrets: SecretsPlan;
  readonly gates: GatesPlan;
  /** Absent if failback is manual. */
  readonly failback?: FailbackServicePlan;
  readonly backup: BackupPlan;
  readonly cost: CostEstimate;
  /** As `PlatformPlan.warnings`. */
  readonly warnings: readonly string[];
}

export interface ClusterWithPools {
  readonly cluster: ClusterPlan;
  readonly pools: readonly NodePoolPlan[];
}

/**
 * Plans the AWS resources of an environment.
 * @param today "YYYY-MM-DD": only warnings depend on it.
 * @param caller see `planCluster`.
 * @param images digests of the platform's own images. Default: none is published yet.
 * @param existing The account's OIDC provider for GitHub. Default: none.
 * @throws RangeError when the environment is not on AWS.
 */
export function planAws(
  plan: PlatformPlan,
  today: string,
  caller?: string,
  images: ImageDigests = {},
  existing?: GithubProviderFacts,
): AwsPlan {
  const environment = awsEnvironmentOf(plan);
  const { regions } = plan;
  const { apps, domain } = plan.traffic;
  const names = regions.map(({ name }) => name);
  const networks = regions.map((region) => planNetwork(environment, region, regions));
  const connections = planConnections(environment, regions, networks);
  const dns = planRoute53({ domain, regions: names, apps });
  const database = planDatabase(plan);
  const cache = planCache(plan);
  const backup = planBackup(plan);
  const argocdIngress = planArgocdIngress(plan);
  const { home, kubernetesVersion } = environment.aws;
  const keepsData = isProtected(environment.name);
  const githubProvider = githubProviderOf(environment.name, existing);
  const global = planGlobal({ environment, home, apps, keepsData, githubProvider });
  const secrets = planSecrets(plan);
  const gates = planGates(environment, global.registry, secrets, images[rolloutGateImage]);
  const failback = planFailbackService(
    plan.federation.failback,
    global.registry,
    plan.hub.region,
    images[failbackImage],
  );
  return {
    global,
    networks: byRegion(names, networks),
    connections,
    ...planClusters(plan, environment, caller),
    federationEdge: planFederationEdge(environment.aws.apiAccess),
    ...(argocdIngress !== undefined && { argocdIngress }),
    firewalls: planRegionFirewalls(plan, environment),
    dns,
    ...(database !== undefined && { database }),
    ...(cache !== undefined && { cache }),
    secrets,
    gates,
    ...(failback !== undefined && { failback }),
    backup,
    cost: estimateCost(plan, [
      ...clusterCost(plan, isInExtendedSupport(kubernetesVersion, today)),
      ...networkCost(networks, connections),
      ...keyCost(global.key),
    ]),
    warnings: [
      ...route53Warnings(dns),
      ...backup.warnings,
      ...eksVersionWarnings(kubernetesVersion, today, extendedSupportCost(plan)),
      ...gates.warnings,
      ...(failback?.warnings ?? []),
    ],
  };
}

/** @throws RangeError when the environment is not on AWS. */
export function awsEnvironmentOf({ environment }: PlatformPlan): AwsEnvironment {
  if (environment.provider === "aws") return environment;
  throw new RangeError(`${environment.name} is not on AWS`);
}

function planClusters(
  plan: PlatformPlan,
  environment: AwsEnvironment,
  caller: string | undefined,
): Pick<AwsPlan, "clusters" | "hub"> {
  // The workflows' deploy role needs access, regardless of who creates the clusters.
  const { github } = environment.aws;
  const deploy = github === undefined ? [] : [roleArn(accountOf(environment), "deploy")];
  const aws = {
    ...environment.aws,
    administrators: [...new Set([...environment.aws.administrators, ...deploy])],
  };
  const hub = { ...plan.hub, clusterName: hubNameIn(plan.hub.region) };
  return {
    clusters: Object.fromEntries(
      plan.regions.map((region) => [
        region.name,
        {
          cluster: planCluster(plan, region, aws, caller),
          pools: planNodePools(plan, region, aws),
        },
      ]),
    ),
    hub: { cluster: planCluster(plan, hub, aws, caller), pools: planHubNodePools(plan, aws) },
  };
}

function byRegion<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const value = values[index];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
