import type { EngineEvent } from "@pulumi/pulumi/automation";
import { kubeDelete, kubeGet } from "../../infra/kube/kube";
import {
  type Deployment,
  type PendingOperation,
  providerUrn,
  type ResourceState,
} from "./deployment";

/** A chart's release in a cluster. */
export interface ReleaseAt {
  readonly name: string;
  readonly namespace: string;
  /** URN of the connection to its cluster. */
  readonly provider: string;
}

const releaseType = "kubernetes:helm.sh/v3:Release";

/** What Helm says of a release that is there already, and of one that a run before was at work on. */
const inTheWay =
  /cannot re-use a name that is still in use|another operation \(install\/upgrade\/rollback\) is in progress/;

/** The releases that a run had begun to install or to change. Pure. */
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
 * Releases that Helm refused as they are in the way of themselves: installed, but not in the state; or noted as being
 * worked on by a run that is gone. As operations whose end was not seen: `settlePending` takes them into the state.
 * Pure.
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
 * The kubeconfig of a connection, in a state that was exported with its secrets. Pure.
 * @returns undefined when there is none, or when it is a secret that nobody opened.
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
 * Removes Helm's note that somebody is at work on a release, which a run that was killed leaves for ever: Helm then
 * refuses every later one, and has no option to go on (its `replace` takes failed releases only). What the run had
 * applied stays and is taken over by the next, which bears the same name. The state has to be ours by then: another's
 * run must not be at work.
 * @returns how many notes there were.
 */
export async function endBegun(kubeconfig: string, release: ReleaseAt): Promise<number> {
  const path = `/api/v1/namespaces/${release.namespace}/secrets`;
  const selector = `owner=helm,name=${release.name},status in (pending-install,pending-upgrade,pending-rollback)`;
  const query = `labelSelector=${encodeURIComponent(selector)}`;
  const { items } = await kubeGet<Secrets>(kubeconfig, `${path}?${query}`);
  for (const { metadata } of items) await kubeDelete(kubeconfig, `${path}/${metadata.name}`);
  return items.length;
}
