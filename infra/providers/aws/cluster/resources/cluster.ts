import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as eks from "@pulumi/aws/eks";
import * as iam from "@pulumi/aws/iam";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { eksKubeconfig } from "../manifests/kubeconfig";
import { accessPolicyArn, managedPolicyArn } from "../../account/account";
import {
  clusterPolicies,
  clusterRolePolicy,
  clusterTrust,
  nodePolicies,
  nodeTrust,
  roleName,
} from "../../access/clusterRole";
import type { ClusterPlan } from "../eks";
import type { NodePoolPlan } from "../nodePools";
import { type PolicyDocument, printPolicy } from "../../access/policy";
import type { RegionPlan } from "../../../../plan/types";
import type { Cluster } from "../../../../resources/foundation";
import { Capacity } from "./capacity";
import type {
  EksRegionOutputs,
  RegionNetworkOutputs,
  RegionSharedOutputs,
} from "../../resources/types";

export interface EksClusterArgs {
  readonly plan: ClusterPlan;
  readonly pools: readonly NodePoolPlan[];
  /** Network of the region that hosts it. */
  readonly network: RegionNetworkOutputs;
  readonly shared: RegionSharedOutputs;
  /**
   * The platform's own networks that use the public endpoint, if there is one: outside its VPC the server's name then resolves to
   * that endpoint, so the hub reaches the other regions from its NAT gateways. At most 40, including the configured networks.
   * Default: none.
   */
  readonly callers?: readonly pulumi.Input<string>[];
}

/** An IAM role with its permissions. */
interface RoleWithRights {
  readonly role: iam.Role;
  readonly rights: readonly pulumi.Resource[];
}

/** An EKS cluster in Auto Mode with its node pools, and the engine's provider for it. */
export class EksCluster
  extends pulumi.ComponentResource
  implements Cluster, Omit<EksRegionOutputs, "plan">
{
  readonly name: string;
  readonly eksName: string;
  readonly provider: k8s.Provider;
  readonly kubeconfig: pulumi.Output<string>;
  readonly server: pulumi.Output<string>;
  readonly ca: pulumi.Output<string>;
  readonly resource: pulumi.Resource;
  readonly clusterSecurityGroupId: pulumi.Output<string>;
  /** Role that Auto Mode assumes in the account, for policies of keys and buckets that must name it. */
  readonly roleArn: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Cluster", name, {}, opts);
    const { plan } = args;
    this.name = plan.name;
    this.eksName = plan.eksName;
    const own = this.createClusterRole(name, args);
    this.roleArn = own.role.arn;
    const nodes = this.createRole(`${name}-node`, {
      region: plan.region,
      name: roleName(plan.eksName, "node"),
      description: `Nodes of ${plan.eksName}`,
      trust: nodeTrust,
      policies: nodePolicies,
    });
    const cluster = this.createControlPlane(name, args, own, nodes);
    this.resource = cluster;
    this.server = cluster.endpoint;
    this.ca = cluster.certificateAuthority.apply(pemOf);
    this.clusterSecurityGroupId = cluster.vpcConfig.apply(securityGroupOf);
    this.kubeconfig = pulumi.secret(kubeconfigOf(plan, cluster));
    const admitted = this.admitAdministrators(name, plan, cluster);
    this.provider = new k8s.Provider(
      name,
      {
        kubeconfig: this.kubeconfig,
        // No deleteUnreachable: a refresh while the network is down would remove all resources of the cluster from the state, and
        // Helm does not install an existing release again. For a cluster that no longer exists, use `forget`. ConfigMaps and
        // Secrets are updated in place: a replacement would remove settings from running pods.
        enableConfigMapMutable: true,
        enableSecretMutable: true,
      },
      // The caller's access may depend on one of these entries.
      { parent: this, deletedWith: cluster, dependsOn: [...admitted] },
    );
    const capacity = new Capacity(
      name,
      { ...args, cluster: this, nodeRole: nodes.role },
      { parent: this },
    );
    this.ready = capacity.ready;
    this.registerOutputs({ server: this.server });
  }

  private createClusterRole(name: string, { plan, shared }: EksClusterArgs): RoleWithRights {
    const { role, rights } = this.createRole(`${name}-cluster`, {
      region: plan.region,
      name: roleName(plan.eksName, "cluster"),
      description: `Control plane and Auto Mode of ${plan.eksName}`,
      trust: clusterTrust,
      policies: clusterPolicies,
    });
    const own = new iam.RolePolicy(
      `${name}-cluster`,
      { role: role.name, policy: shared.keyArn.apply(rolePolicyText) },
      { parent: this },
    );
    return { role, rights: [...rights, own] };
  }

  private createRole(
    name: string,
    args: {
      readonly region: string;
      readonly name: string;
      readonly description: string;
      readonly trust: PolicyDocument;
      readonly policies: readonly string[];
    },
  ): RoleWithRights {
    const { region, trust, policies, ...others } = args;
    const role = new iam.Role(
      name,
      { ...others, assumeRolePolicy: printPolicy(trust) },
      { parent: this },
    );
    const rights = policies.map(
      (policy) =>
        new iam.RolePolicyAttachment(
          `${name}-${policy}`,
          { role: role.name, policyArn: managedPolicyArn(region, policy) },
          { parent: this },
        ),
    );
    return { role, rights };
  }

  /** Both roles keep their permissions until the cluster and its nodes are deleted, because it depends on each permission. */
  private createControlPlane(
    name: string,
    { plan, network, shared, callers = [] }: EksClusterArgs,
    own: RoleWithRights,
    nodes: RoleWithRights,
  ): eks.Cluster {
    // Created first. Otherwise EKS creates it: unencrypted, without expiry, and left behind after deletion.
    const logGroup = new cloudwatch.LogGroup(
      `${name}-control-plane`,
      {
        name: plan.logs.group,
        retentionInDays: plan.logs.retentionDays,
        kmsKeyId: shared.keyArn,
      },
      { parent: this },
    );
    const { endpoint } = plan;
    return new eks.Cluster(
      name,
      {
        name: plan.eksName,
        version: plan.version,
        roleArn: own.role.arn,
        vpcConfig: {
          subnetIds: [...network.subnetIds.private],
          securityGroupIds: [network.securityGroupIds.clusters],
          endpointPrivateAccess: true,
          endpointPublicAccess: endpoint.public,
          ...(endpoint.public
            ? { publicAccessCidrs: [...endpoint.publicNetworks, ...callers] }
            : {}),
        },
        accessConfig: {
          authenticationMode: "API",
          bootstrapClusterCreatorAdminPermissions: plan.admitsCreator,
        },
        bootstrapSelfManagedAddons: false,
        // The three Auto Mode settings can only be switched together. No built-in pools: see `Capacity`.
        computeConfig: { enabled: true, nodePools: [] },
        storageConfig: { blockStorage: { enabled: true } },
        kubernetesNetworkConfig: {
          ipFamily: "ipv4",
          serviceIpv4Cidr: plan.serviceRange,
          elasticLoadBalancing: { enabled: true },
        },
        encryptionConfig: { provider: { keyArn: shared.keyArn }, resources: ["secrets"] },
        enabledClusterLogTypes: [...plan.logs.types],
        upgradePolicy: { supportType: plan.supportType },
        zonalShiftConfig: { enabled: true },
        deletionProtection: plan.deletionProtection,
      },
      {
        parent: this,
        dependsOn: [...own.rights, ...nodes.rights, logGroup, ...network.ready],
        // Set when the cluster is created: a change caused by a different caller later would replace the cluster.
        ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions"],
      },
    );
  }

  private admitAdministrators(
    name: string,
    plan: ClusterPlan,
    cluster: eks.Cluster,
  ): readonly pulumi.Resource[] {
    return plan.administrators.map((principalArn) => {
      const opts = { parent: this, deletedWith: cluster, dependsOn: [cluster] };
      const entry = new eks.AccessEntry(
        `${name}-${principalOf(principalArn)}`,
        { clusterName: plan.eksName, principalArn, type: "STANDARD" },
        opts,
      );
      return new eks.AccessPolicyAssociation(
        `${name}-${principalOf(principalArn)}`,
        {
          clusterName: plan.eksName,
          principalArn,
          policyArn: accessPolicyArn(plan.region, "AmazonEKSClusterAdminPolicy"),
          accessScope: { type: "cluster" },
        },
        { ...opts, dependsOn: [entry] },
      );
    });
  }
}

export interface EksRegionArgs extends Omit<EksClusterArgs, "plan"> {
  readonly plan: RegionPlan;
  readonly cluster: ClusterPlan;
}

/** A region's cluster. */
export class EksRegion extends EksCluster implements EksRegionOutputs {
  readonly plan: RegionPlan;

  constructor(name: string, args: EksRegionArgs, opts?: pulumi.ComponentResourceOptions) {
    super(name, { ...args, plan: args.cluster }, opts);
    this.plan = args.plan;
  }
}

function kubeconfigOf(plan: ClusterPlan, cluster: eks.Cluster): pulumi.Output<string> {
  return pulumi
    .output({
      eksName: plan.eksName,
      region: plan.region,
      endpoint: cluster.endpoint,
      certificateAuthority: cluster.certificateAuthority.data,
    })
    .apply(eksKubeconfig);
}

/** EKS returns the authority's certificate in base64. */
function pemOf(authority: { readonly data: string }): string {
  return Buffer.from(authority.data, "base64").toString("utf8");
}

function securityGroupOf(config: { readonly clusterSecurityGroupId: string }): string {
  return config.clusterSecurityGroupId;
}

function rolePolicyText(keyArn: string): string {
  return printPolicy(clusterRolePolicy(keyArn));
}

/** "123456789012-role/Platform" for "arn:aws:iam::123456789012:role/Platform": equally unique and more readable. */
function principalOf(arn: string): string {
  return arn.split(":").slice(4).join("-");
}
