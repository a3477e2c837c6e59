import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkPolicy } from "../components/networkPolicies";
import type { Region } from "./foundation";

/**
 * Applies the NetworkPolicies of components to a region that runs pods. Their namespaces exist once the region is ready.
 * @param opts the parent.
 */
export function createNetworkPolicies(
  region: Region,
  policies: readonly NetworkPolicy[],
  opts: pulumi.CustomResourceOptions,
): void {
  for (const policy of policies) {
    const { name, namespace = "" } = policy.metadata;
    new k8s.networking.v1.NetworkPolicy(`${region.name}-${namespace}-${name}`, policyArgs(policy), {
      ...opts,
      provider: region.provider,
      deletedWith: region.resource,
      dependsOn: [...region.ready],
    });
  }
}

/** The engine's types do not accept readonly lists. */
export function policyArgs({ metadata, spec }: NetworkPolicy): k8s.networking.v1.NetworkPolicyArgs {
  return { metadata, spec } as k8s.networking.v1.NetworkPolicyArgs;
}
