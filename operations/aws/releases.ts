import type { EngineEvent } from "@pulumi/pulumi/automation";
import { kubeDelete, kubeGet } from "../../infra/kube/kube";
import {
  type Deployment,
  type PendingOperation,
  providerUrn,
  type ResourceState,
} from "./deployment";

/** A Helm release in a cluster. */
export interface ReleaseAt {
  readonly name: string;
  readonly namespace: string;
  /** URN of the provider of its cluster. */
  readonly provider: string;
}

const releaseType = "kubernetes:helm.sh/v3:Release";

/** Helm's errors for a release that already exists, and for one on which an earlier run was working. */
const inTheWay =
  /cannot re-use a name that is still in use|another operation \(install\/upgrade\/rollback\) is in progress/;

/** The releases that a run was installing or updating. Pure. */
export function begunReleases({ pending_operations = [] }: Deployment): ReleaseAt[] {
  return pending_operations.flatMap(({ resource }) => {
    const { name, namespace } = resource.inputs ?? {};
    const provider = providerUrn(resource.provider);
    const whole = typeof name === "string" && typeof namespace === "string";
    if (resource.type !== releaseType || !whole || provider === undefined) return [];
    return [{ name, namespace, provider }];
  });
}

/**
 * Releases that Helm refused because of themselves: installed but not in the state, or locked by a run that is gone. They are
 * returned as pending operations, which `settlePending` enters in the state. Pure.
 */
export function blockedReleases(events: readonly EngineEvent[]): PendingOperation[] {
  const refused = new Set(
    events.flatMap(({ diagnosticEvent }) => {
      const { urn, message, severity } = diagnosticEvent ?? {};
      return severity === "error" && inTheWay.test(message ?? "") ? [urn ?? ""] : [];
    }),
  );
  return events.flatMap(({ resOpFailedEvent }): PendingOperation[] => {
    const { urn = "", op, type, new: wanted } = resOpFailedEvent?.metadata ?? {};
    if (type !== releaseType || wanted === undefined || !refused.has(urn)) return [];
    const { provider, parent, inputs } = wanted;
    const resource: ResourceState = { urn, type, custom: true, provider, parent, inputs };
    return [{ resource, type: op === "update" ? "updating" : "creating" }];
  });
}

/**
 * The kubeconfig of a provider, in a state that was exported with its secrets. Pure.
 * @returns undefined if there is none, or if the secret was not decrypted.
 */
export function kubeconfigIn({ resources = [] }: Deployment, urn: string): string | undefined {
  const found = resources.find((one) => one.urn === urn)?.inputs?.["kubeconfig"];
  if (typeof found === "string") return found;
  const opened = (found as { plaintext?: unknown } | undefined)?.plaintext;
  return typeof opened === "string" ? (JSON.parse(opened) as string) : undefined;
}

interface Secrets {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

/**
 * Deletes Helm's pending revision of a release. A killed run leaves it behind: Helm then refuses every later operation, and has
 * no option to continue (its `replace` accepts only failed releases). The objects that the run applied stay, and the next run
 * adopts them, as it has the same name. The caller must already hold the state: no other run may be active.
 * @returns the number of deleted revisions.
 */
export async function endBegun(kubeconfig: string, release: ReleaseAt): Promise<number> {
  const path = `/api/v1/namespaces/${release.namespace}/secrets`;
  const selector = `owner=helm,name=${release.name},status in (pending-install,pending-upgrade,pending-rollback)`;
  const query = `labelSelector=${encodeURIComponent(selector)}`;
  const { items } = await kubeGet<Secrets>(kubeconfig, `${path}?${query}`);
  for (const { metadata } of items) await kubeDelete(kubeconfig, `${path}/${metadata.name}`);
  return items.length;
}
