import { setTimeout as sleep } from "node:timers/promises";
import { drainTaint } from "../manifests/karmada";
import { karmadaPaths } from "../karmadaApi";
import { occupies, type Placement, replacementSeconds, withoutOverdue } from "../evictions";
import { kubeDelete, kubeGet, kubePatch, waitFor } from "../../../kube/kube";

export interface Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly resourceVersion?: string;
  };
}

/** Karmada's placement of a workload. */
export interface Binding extends Named {
  readonly spec: Placement & {
    readonly resource: { apiVersion: string; kind: string; name: string; namespace?: string };
  };
  readonly status?: { readonly lastScheduledTime?: string };
}

/** Taints of a draining member: Karmada moves its replicas and schedules none to it. */
export const drainTaints = ["NoSchedule", "NoExecute"].map((effect) => ({
  key: drainTaint,
  effect,
}));

/** Timeout of draining a member, and then of its removal, seconds. */
const drainSeconds = 300;

/** Poll interval of a member's removal, milliseconds. */
const pollMs = 1000;

/** Poll interval of draining, milliseconds. Each poll reads all bindings. */
const drainPollMs = 200;

/** Removes a member that no plan contains: the run that should have created it was interrupted, and no other will. */
export async function removeMember(kubeconfig: string, name: string): Promise<void> {
  await kubePatch(kubeconfig, `${karmadaPaths.clusters}/${name}`, {
    spec: { taints: drainTaints },
  });
  await leave(kubeconfig, name);
}

/**
 * Waits until a tainted member is drained and removes it.
 * @throws an error that lists the workloads without healthy replicas in another region, after five minutes.
 */
export async function leave(kubeconfig: string, name: string): Promise<void> {
  await waitFor(`Region ${name} is drained`, drainSeconds, async () => {
    const held = (await bindingsOf(kubeconfig)).filter((binding) => occupies(binding.spec, name));
    if (held.length === 0) return;
    await Promise.all(held.map((binding) => endOverdue(kubeconfig, binding, name)));
    await sleep(drainPollMs);
    throw new Error(heldText(held));
  });
  await kubeDelete(kubeconfig, `${karmadaPaths.clusters}/${name}`);
  await waitFor(`Region ${name} has left`, drainSeconds, async () => {
    const list = await kubeGet<{ items: Named[] }>(kubeconfig, karmadaPaths.clusters);
    if (!list.items.some(({ metadata }) => metadata.name === name)) return true;
    await pollAgain(kubeconfig, name);
    return false;
  });
}

/** Reads the placement of each workload. */
export async function bindingsOf(kubeconfig: string): Promise<Binding[]> {
  return (await kubeGet<{ items: Binding[] }>(kubeconfig, karmadaPaths.bindings)).items;
}

async function endOverdue(kubeconfig: string, binding: Binding, region: string): Promise<void> {
  const kept = withoutOverdue(binding.spec, region, Date.now());
  if (kept === undefined) return;
  const { namespace = "", name, resourceVersion } = binding.metadata;
  const path = karmadaPaths.bindings.replace(/[^/]+$/, `namespaces/${namespace}/$&/${name}`);
  // Karmada writes the same list: with an outdated resourceVersion the patch is rejected, and the next poll reads the list again.
  await kubePatch(kubeconfig, path, {
    metadata: { resourceVersion },
    spec: { gracefulEvictionTasks: kept },
  });
}

function heldText(held: readonly Binding[]): string {
  const names = held.map(
    ({ spec: { resource } }) => `${resource.namespace ?? ""}/${resource.name}`,
  );
  const all = names.sort().join(", ");
  return (
    `not healthy in any other region yet: ${all}. Fix them, or re-run the command: ` +
    `after ${replacementSeconds / 60} minutes their replicas here are deleted without a replacement`
  );
}

/**
 * Karmada checks every ten seconds whether a member's objects are deleted, and then whether any binding still contains it. A change
 * of the member triggers the check immediately.
 */
async function pollAgain(kubeconfig: string, name: string): Promise<void> {
  const annotations = { "meridian.dev/leaving": new Date().toISOString() };
  await kubePatch(kubeconfig, `${karmadaPaths.clusters}/${name}`, { metadata: { annotations } });
  await sleep(pollMs);
}
