import * as eks from "@pulumi/aws/eks";
import type * as iam from "@pulumi/aws/iam";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { albClass, albParams } from "../../../../components/gateway/manifests/loadBalancers";
import { networkPolicySettings, nodeClass } from "../manifests/nodeClass";
import { nodePool } from "../manifests/nodePool";
import { storageClasses } from "../manifests/storage";
import { accessPolicyArn } from "../../account/account";
import type { ClusterPlan } from "../eks";
import type { NodePoolPlan } from "../nodePools";
import type {
  EksRegionOutputs,
  RegionNetworkOutputs,
  RegionSharedOutputs,
} from "../../resources/types";

export interface CapacityArgs {
  readonly plan: ClusterPlan;
  readonly pools: readonly NodePoolPlan[];
  readonly cluster: Pick<EksRegionOutputs, "provider" | "resource" | "clusterSecurityGroupId">;
  /** The nodes' identity. Created before the cluster, so that it exists until the last node has been deleted with the cluster. */
  readonly nodeRole: iam.Role;
  readonly network: RegionNetworkOutputs;
  readonly shared: RegionSharedOutputs;
}

/**
 * The resources that a control plane needs to run pods: nodes' access, pools, network policy, storage and load balancer classes.
 *
 * All of them are deleted with the cluster. `destroy` deletes the cluster, which deletes the nodes, and sends no request to an API
 * server that may no longer exist (pulumi-kubernetes #950).
 */
export class Capacity extends pulumi.ComponentResource {
  /** Resources that pods need to run. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: CapacityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Capacity", name, {}, opts);
    const admitted = this.admitNodes(name, args);
    const inside = {
      parent: this,
      provider: args.cluster.provider,
      deletedWith: args.cluster.resource,
    };
    const policy = new k8s.core.v1.ConfigMap(
      `${name}-network-policy`,
      { ...networkPolicySettings },
      inside,
    );
    const pools = createPools(name, args, {
      ...inside,
      // The first node enforces policies, may join the cluster, and has an outbound route for its images.
      dependsOn: [admitted, policy, ...args.network.ready],
    });
    const storage = createStorage(name, args, inside);
    createAlbClass(name, args, inside);
    this.createAddOns(name, args, pools);
    this.ready = [admitted, policy, ...pools, ...storage];
    this.registerOutputs({});
  }

  /** Custom node classes need their own access entry; EKS creates one only for the built-in classes. */
  private admitNodes(
    name: string,
    { plan, cluster, nodeRole }: CapacityArgs,
  ): eks.AccessPolicyAssociation {
    const opts = { parent: this, deletedWith: cluster.resource, dependsOn: [cluster.resource] };
    const entry = new eks.AccessEntry(
      `${name}-node`,
      { clusterName: plan.eksName, principalArn: nodeRole.arn, type: "EC2" },
      opts,
    );
    return new eks.AccessPolicyAssociation(
      `${name}-node`,
      {
        clusterName: plan.eksName,
        principalArn: nodeRole.arn,
        policyArn: accessPolicyArn(plan.region, "AmazonEKSAutoNodePolicy"),
        accessScope: { type: "cluster" },
      },
      { ...opts, dependsOn: [entry] },
    );
  }

  /** After the pools: EKS reports an add-on as created when its pods run, and they need nodes. */
  private createAddOns(
    name: string,
    { plan, cluster }: CapacityArgs,
    pools: readonly pulumi.Resource[],
  ): void {
    for (const addOn of plan.addOns)
      new eks.Addon(
        `${name}-${addOn.name}`,
        {
          clusterName: plan.eksName,
          addonName: addOn.name,
          resolveConflictsOnCreate: "OVERWRITE",
          resolveConflictsOnUpdate: "OVERWRITE",
        },
        { parent: this, deletedWith: cluster.resource, dependsOn: [...pools] },
      );
  }
}

function createPools(
  name: string,
  { plan, pools, cluster, nodeRole, shared }: CapacityArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource[] {
  const { environment, eksName } = plan;
  const forNodes = new k8s.apiextensions.CustomResource(
    `${name}-node-class`,
    nodeClass({
      environment,
      eksName,
      roleName: nodeRole.name,
      securityGroupId: cluster.clusterSecurityGroupId,
      keyArn: shared.keyArn,
    }),
    opts,
  );
  const created = pools.map(
    (pool) =>
      new k8s.apiextensions.CustomResource(`${name}-${pool.name}`, nodePool(pool), {
        ...opts,
        dependsOn: [forNodes],
      }),
  );
  return [forNodes, ...created];
}

function createStorage(
  name: string,
  { plan, shared }: CapacityArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource[] {
  const { environment, eksName } = plan;
  return storageClasses({ environment, eksName, keyArn: shared.keyArn }).map(
    (manifest) =>
      new k8s.storage.v1.StorageClass(`${name}-${manifest.metadata.name}`, manifest, opts),
  );
}

function createAlbClass(
  name: string,
  { plan, network, shared }: CapacityArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const params = new k8s.apiextensions.CustomResource(
    `${name}-alb`,
    albParams({
      environment: plan.environment,
      eksName: plan.eksName,
      subnetIds: network.subnetIds.public,
      accessLogBucket: shared.accessLogBucket,
    }),
    opts,
  );
  new k8s.networking.v1.IngressClass(`${name}-alb`, albClass as never, {
    ...opts,
    dependsOn: [params],
  });
}
