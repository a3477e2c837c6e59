import { environmentTag } from "../../account/names";
import { tierTag } from "../../network/network";
import type { Labels } from "../../../../plan/types";
import type { Manifest } from "../../../../manifests/types";

/** Group and version of EKS Auto Mode's own kinds. */
export const eksApi = "eks.amazonaws.com/v1";

/** The one NodeClass of a cluster. "default" is Auto Mode's own and put back when it is changed. */
export const nodeClassName = "meridian";

/** Selects subnets, security groups: all tags have to match, or the id. */
export interface SelectorTerm<Text = string> {
  readonly id?: Text;
  readonly tags?: Labels;
}

/**
 * The part of Auto Mode's NodeClass that Meridian uses.
 * Source: Amazon EKS User Guide, "Create a Node Class for Amazon EKS", specification.
 * @typeParam Text how values are given that only AWS knows: a string, or one that is still to come.
 */
export interface NodeClassSpec<Text = string> {
  /** Name of the nodes' IAM role. */
  readonly role: Text;
  readonly subnetSelectorTerms: readonly SelectorTerm[];
  readonly securityGroupSelectorTerms: readonly SelectorTerm<Text>[];
  /** Goes together with `podSecurityGroupSelectorTerms`; has to have a subnet in every zone that nodes have one in. */
  readonly podSubnetSelectorTerms: readonly SelectorTerm[];
  readonly podSecurityGroupSelectorTerms: readonly SelectorTerm<Text>[];
  readonly snatPolicy: "Disabled";
  readonly networkPolicy: "DefaultAllow" | "DefaultDeny";
  readonly networkPolicyEventLogs: "Enabled" | "Disabled";
  readonly ephemeralStorage: {
    readonly size: string;
    readonly iops: number;
    readonly throughput: number;
    readonly kmsKeyID: Text;
  };
  readonly advancedNetworking: { readonly associatePublicIPAddress: boolean };
  readonly tags: Labels;
}

export interface NodeClassSettings<Text = string> {
  readonly environment: string;
  /** Name as EKS knows the cluster. */
  readonly eksName: string;
  readonly roleName: Text;
  /** EKS' own group of this cluster: the hub's nodes share the subnets, but not this. */
  readonly securityGroupId: Text;
  readonly keyArn: Text;
}

/** Tags of what a cluster makes by itself, so that a bill and a search tell whose it is. */
export function ownedTags(environment: string, eksName: string): Labels {
  return { [environmentTag]: environment, "meridian.dev/cluster": eksName };
}

/** Where nodes and pods live, how their disks are encrypted, and that network policies hold. */
export function nodeClass<Text>(settings: NodeClassSettings<Text>): Manifest<NodeClassSpec<Text>> {
  const { environment, eksName, roleName, securityGroupId, keyArn } = settings;
  const subnets = (tier: string) => [{ tags: { [environmentTag]: environment, [tierTag]: tier } }];
  return {
    apiVersion: eksApi,
    kind: "NodeClass",
    metadata: { name: nodeClassName },
    spec: {
      role: roleName,
      subnetSelectorTerms: subnets("private"),
      securityGroupSelectorTerms: [{ id: securityGroupId }],
      podSubnetSelectorTerms: subnets("pods"),
      podSecurityGroupSelectorTerms: [{ id: securityGroupId }],
      // Pods show their own addresses: what admits them (databases, caches) names the pods' ranges.
      snatPolicy: "Disabled",
      // Policies of apps hold from the first packet; what has none is open, or DNS itself would need one.
      networkPolicy: "DefaultAllow",
      networkPolicyEventLogs: "Enabled",
      // Images, logs and emptyDir of up to 110 pods. Rates are those that gp3 includes in its price.
      ephemeralStorage: { size: "80Gi", iops: 3000, throughput: 125, kmsKeyID: keyArn },
      advancedNetworking: { associatePublicIPAddress: false },
      tags: ownedTags(environment, eksName),
    },
  };
}

/**
 * Switches the network policy controller on. Without it NetworkPolicy objects are accepted and do nothing.
 * Source: Amazon EKS User Guide, "Use Network Policies with EKS Auto Mode".
 */
export const networkPolicySettings = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "amazon-vpc-cni", namespace: "kube-system" },
  data: { "enable-network-policy-controller": "true" },
} as const;
