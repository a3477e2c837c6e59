import type { Manifest } from "../../../manifests/types";
import { dnsLabel } from "../../../plan/appNetwork";
import type { BrokersEdgePlan } from "../awsEdge";

/** A region whose brokers other regions reach, and the range and ports of its load balancer. */
export type ReachedRegion = Pick<BrokersEdgePlan, "network" | "targets"> & {
  readonly region: string;
};

/**
 * Lets the pods of the declared apps reach the brokers of the other regions, as a fall-back: the federation adds their addresses to
 * the apps' NetworkPolicies in each region. Git has one policy for all environments, which cannot name addresses.
 */
export function appEgressPolicy(
  apps: readonly string[],
  regions: readonly ReachedRegion[],
): Manifest {
  return {
    apiVersion: "policy.karmada.io/v1alpha1",
    kind: "ClusterOverridePolicy",
    metadata: { name: "meridian-streaming" },
    spec: {
      resourceSelectors: apps.map((namespace) => ({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        namespace,
        labelSelector: { matchLabels: { [dnsLabel]: "cluster" } },
      })),
      overrideRules: regions.map(({ region }) => ({
        targetCluster: { clusterNames: [region] },
        overriders: {
          plaintext: regions
            .filter((other) => other.region !== region)
            .map((other) => ({ path: "/spec/egress/-", operator: "add", value: rule(other) })),
        },
      })),
    },
  };
}

function rule({ network, targets }: ReachedRegion): object {
  return {
    to: [{ ipBlock: { cidr: network } }],
    ports: targets.map(({ port }) => ({ port, protocol: "TCP" })),
  };
}
