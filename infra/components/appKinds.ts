import type { AppKind } from "./component";
import { components } from "./registry";

const kubernetes = (
  group: string,
  kind: string,
  propagation: AppKind["propagation"] = "copied",
  plural = `${kind.toLowerCase()}s`,
): AppKind => ({ group, version: "v1", kind, plural, propagation });

/** Kinds of Kubernetes' own. No StatefulSet: divided, the pods of each region would count from 0 and have data of their own. */
const ofKubernetes: readonly AppKind[] = [
  kubernetes("", "Namespace", "namespace"),
  kubernetes("apps", "Deployment", "divided"),
  kubernetes("", "ConfigMap"),
  // Karmada's Secrets are copied; an app's own come from outside (External Secrets), never from git.
  { ...kubernetes("", "Secret"), withheld: true },
  kubernetes("", "Service"),
  kubernetes("", "ServiceAccount"),
  // Each region has data of its own: Karmada moves and copies none.
  kubernetes("", "PersistentVolumeClaim"),
  kubernetes("policy", "PodDisruptionBudget"),
  kubernetes("networking.k8s.io", "NetworkPolicy", "copied", "networkpolicies"),
];

/**
 * Every kind of object that apps may consist of. Karmada's policies, its rights in regions, Argo CD's project and the schemas of the
 * checks are made of this one list.
 */
export const appKinds: readonly AppKind[] = [
  ...ofKubernetes,
  ...components.flatMap((component) => component.appKinds ?? []),
];

/** "apps/v1", "v1". */
export function apiVersionOf({ group, version }: AppKind): string {
  return group === "" ? version : `${group}/${version}`;
}
