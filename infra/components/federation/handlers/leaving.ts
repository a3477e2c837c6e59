import { setTimeout as sleep } from "node:timers/promises";
import { drainTaint, karmadaPaths } from "../manifests/karmada";
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

/** Where Karmada has put a workload. */
export interface Binding extends Named {
  readonly spec: Placement & {
    readonly resource: { apiVersion: string; kind: string; name: string; namespace?: string };
  };
  readonly status?: { readonly lastScheduledTime?: string };
}

/** Taints of a member whose replicas are to move, and that gets none. */
export const drainTaints = ["NoSchedule", "NoExecute"].map((effect) => ({
  key: drainTaint,
  effect,
}));

/** Time that a member gets to be drained, and then to leave, seconds. */
const drainSeconds = 300;

/** Time between two looks at a member that leaves, milliseconds. */
const lookMs = 1000;

/** Time between two looks at the bindings, each of which asks for all of them, milliseconds. */
const drainLookMs = 200;

/** Removes a member that no plan has: a run that was to make it was cut short, and no other will. */
export async function removeMember(kubeconfig: string, name: string): Promise<void> {
  await kubePatch(kubeconfig, `${karmadaPaths.clusters}/${name}`, {
    spec: { taints: drainTaints },
  });
  await leave(kubeconfig, name);
}

/**
 * Waits until a tainted member is drained, and takes it out.
 * @throws with the workloads that no other region has healthy, when that takes longer than five minutes.
 */
export async function leave(kubeconfig: string, name: string): Promise<void> {
  await waitFor(`Region ${name} is drained`, drainSeconds, async () => {
    const held = (await bindingsOf(kubeconfig)).filter((binding) => occupies(binding.spec, name));
    if (held.length === 0) return;
    await Promise.all(held.map((binding) => endOverdue(kubeconfig, binding, name)));
    await sleep(drainLookMs);
    throw new Error(heldText(held));
  });
  await kubeDelete(kubeconfig, `${karmadaPaths.clusters}/${name}`);
  await waitFor(`Region ${name} has left`, drainSeconds, async () => {
    const list = await kubeGet<{ items: Named[] }>(kubeconfig, karmadaPaths.clusters);
    if (!list.items.some(({ metadata }) => metadata.name === name)) return true;
    await lookAgain(kubeconfig, name);
    return false;
  });
}

/** Where Karmada has put each workload. */
export async function bindingsOf(kubeconfig: string): Promise<Binding[]> {
  return (await kubeGet<{ items: Binding[] }>(kubeconfig, karmadaPaths.bindings)).items;
}

async function endOverdue(kubeconfig: string, binding: Binding, region: string): Promise<void> {
  const kept = withoutOverdue(binding.spec, region, Date.now());
  if (kept === undefined) return;
  const { namespace = "", name, resourceVersion } = binding.metadata;
  const path = karmadaPaths.bindings.replace(/[^/]+$/, `namespaces/${namespace}/$&/${name}`);
  // Karmada writes the same list: a patch of what was read before is refused, and the next look reads it again.
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
 * Karmada looks every ten seconds whether a member's objects are gone, and then whether it is in no binding any more; and
 * whenever the member changes.
 */
async function lookAgain(kubeconfig: string, name: string): Promise<void> {
  const annotations = { "meridian.dev/leaving": new Date().toISOString() };
  await kubePatch(kubeconfig, `${karmadaPaths.clusters}/${name}`, { metadata: { annotations } });
  await sleep(lookMs);
}
