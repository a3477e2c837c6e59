import { environmentTag } from "../../account/names";
import { tierTag } from "../../network/network";
import type { Labels } from "../../../../plan/types";
import type { Manifest } from "../../../../manifests/types";

/** Group and version of EKS Auto Mode's own kinds. */
export const eksApi = "eks.amazonaws.com/v1";

/** The only NodeClass of a cluster. "default" belongs to Auto Mode, which reverts changes to it. */
export const nodeClassName = "meridian";

/** Selects subnets or security groups: by all tags, or by id. */
export interface SelectorTerm<Text = string> {
  readonly id?: Text;
  readonly tags?: Labels;
}

/**
 * The fields of Auto Mode's NodeClass that Meridian uses.
 * Source: Amazon EKS User Guide, "Create a Node Class for Amazon EKS", specification.
 * @typeParam Text type of values that only AWS knows: a string, or a string that is not resolved yet.
 */
export interface NodeClassSpec<Text = string> {
  /** Name of the nodes' IAM role. */
  readonly role: Text;
  readonly subnetSelectorTerms: readonly SelectorTerm[];
  readonly securityGroupSelectorTerms: readonly SelectorTerm<Text>[];
  /** Requires `podSecurityGroupSelectorTerms`; must match a subnet in every zone in which nodes have one. */
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
  /** The cluster's name in EKS. */
  readonly eksName: string;
  readonly roleName: Text;
  /** EKS' own security group of this cluster: the hub's nodes share the subnets, but not this group. */
  readonly securityGroupId: Text;
  readonly keyArn: Text;
}

/** Tags of resources that a cluster creates itself, so that bills and searches identify the owner. */
export function ownedTags(environment: string, eksName: string): Labels {
  return { [environmentTag]: environment, "meridian.dev/cluster": eksName };
}

/** Sets the subnets of nodes and pods and the encryption of their disks, and enforces network policies. */
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
      // Pods keep their own source addresses: the rules of databases and caches reference the pods' ranges.
      snatPolicy: "Disabled",
      // Policies of apps apply from the first packet; pods without a policy are open, otherwise DNS itself would need one.
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
 * Enables the network policy controller. Without it NetworkPolicy objects are accepted but have no effect.
 * Source: Amazon EKS User Guide, "Use Network Policies with EKS Auto Mode".
 */
export const networkPolicySettings = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "amazon-vpc-cni", namespace: "kube-system" },
  data: { "enable-network-policy-controller": "true" },
} as const;
