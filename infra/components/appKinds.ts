import type { AppKind } from "./component";
import { components } from "./registry";

const kubernetes = (
  group: string,
  kind: string,
  propagation: AppKind["propagation"] = "copied",
  plural = `${kind.toLowerCase()}s`,
): AppKind => ({ group, version: "v1", kind, plural, propagation });

/** Built-in kinds of Kubernetes. No StatefulSet: with divided replicas, each region would number its pods from 0 and hold separate data. */
const ofKubernetes: readonly AppKind[] = [
  kubernetes("", "Namespace", "namespace"),
  kubernetes("apps", "Deployment", "divided"),
  kubernetes("", "ConfigMap"),
  // Karmada copies Secrets. External Secrets creates those of apps; they are never in git.
  { ...kubernetes("", "Secret"), withheld: true },
  kubernetes("", "Service"),
  kubernetes("", "ServiceAccount"),
  // Each region has its own data: Karmada neither moves nor copies it.
  kubernetes("", "PersistentVolumeClaim"),
  kubernetes("policy", "PodDisruptionBudget"),
  kubernetes("networking.k8s.io", "NetworkPolicy", "copied", "networkpolicies"),
];

/**
 * Every kind of object that apps may use. Karmada's policies, its permissions in regions, Argo CD's project and the schemas of the
 * checks are derived from this list.
 */
export const appKinds: readonly AppKind[] = [
  ...ofKubernetes,
  ...components.flatMap((component) => component.appKinds ?? []),
];

/** "apps/v1", "v1". */
export function apiVersionOf({ group, version }: AppKind): string {
  return group === "" ? version : `${group}/${version}`;
}
