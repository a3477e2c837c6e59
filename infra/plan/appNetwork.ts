import type { ObjectDiagnostic } from "./appSafety";
import { at, type KubeObject } from "./kubeObject";

/**
 * Label of a NetworkPolicy whose pods resolve names. Where the cluster's DNS is no pod, the federation adds its address in each region to
 * the policy's egress.
 */
export const dnsLabel = "meridian.dev/dns";

/** Diagnostics about network policies: the federation can only append a rule to a list that exists. */
export function networkDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  return objects
    .filter(({ kind, metadata }) => kind === "NetworkPolicy" && dnsLabel in (metadata.labels ?? {}))
    .filter((object) => !Array.isArray(at(object, "spec.egress")))
    .map((object) => ({
      object,
      field: "spec.egress",
      value: at(object, "spec.egress"),
      expected: `a list of rules, as the policy has the label ${dnsLabel}`,
      remedy: `write egress: [], or remove the label if the pods resolve no names`,
    }));
}
