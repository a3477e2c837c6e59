import { setTimeout as sleep } from "node:timers/promises";
import { drainTaint } from "../../manifests/karmada";
import { kubeDelete, kubeGet, kubePatch, waitFor } from "../kube";

export interface Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
}

interface EvictionTask {
  readonly fromCluster: string;
  readonly creationTimestamp?: string;
}

/** Where Karmada has put a workload. */
export interface Binding extends Named {
  readonly spec: {
    readonly resource: { apiVersion: string; kind: string; name: string; namespace?: string };
    readonly replicas?: number;
    readonly clusters?: readonly { readonly name: string }[];
    readonly gracefulEvictionTasks?: readonly EvictionTask[];
  };
  readonly status?: { readonly lastScheduledTime?: string };
}

/** Karmada's members. */
export const clustersPath = "/apis/cluster.karmada.io/v1alpha1/clusters";

const bindingsPath = "/apis/work.karmada.io/v1alpha2/resourcebindings";

/** Taints of a member whose replicas are to move, and that gets none. */
export const drainTaints = ["NoSchedule", "NoExecute"].map((effect) => ({
  key: drainTaint,
  effect,
}));

/** Time that a member gets to be drained, and then to leave, seconds. */
const drainSeconds = 300;

/**
 * Time that the other regions get to take a leaving region's replicas over, seconds. After that they are removed all the
 * same: a person asked for the region's removal, and an app that is healthy nowhere must not keep it for ever.
 */
const handOverSeconds = 600;

/** Time between two looks at a member that leaves, milliseconds. */
const lookMs = 1000;

/** Time between two looks at the bindings, each of which asks for all of them, milliseconds. */
const drainLookMs = 200;

/** Removes a member that no plan has: a run that was to make it was cut short, and no other will. */
export async function removeMember(kubeconfig: string, name: string): Promise<void> {
  await kubePatch(kubeconfig, `${clustersPath}/${name}`, { spec: { taints: drainTaints } });
  await leave(kubeconfig, name);
}

/**
 * Waits until a tainted member is drained, and takes it out.
 * @throws with the workloads that no other region has healthy, when that takes longer than five minutes.
 */
export async function leave(kubeconfig: string, name: string): Promise<void> {
  await waitFor(`Region ${name} is drained`, drainSeconds, async () => {
    const held = (await bindingsOf(kubeconfig)).filter((binding) => concerns(binding, name));
    if (held.length === 0) return;
    await Promise.all(held.map((binding) => release(kubeconfig, binding, name)));
    await sleep(drainLookMs);
    throw new Error(heldText(held));
  });
  await kubeDelete(kubeconfig, `${clustersPath}/${name}`);
  await waitFor(`Region ${name} has left`, drainSeconds, async () => {
    const list = await kubeGet<{ items: Named[] }>(kubeconfig, clustersPath);
    if (!list.items.some(({ metadata }) => metadata.name === name)) return true;
    await lookAgain(kubeconfig, name);
    return false;
  });
}

/** Where Karmada has put each workload. */
export async function bindingsOf(kubeconfig: string): Promise<Binding[]> {
  return (await kubeGet<{ items: Binding[] }>(kubeconfig, bindingsPath)).items;
}

/**
 * True while replicas are in a region or are being taken over from it. What has no replicas needs no
 * successor: Karmada removes it with the region. Pure.
 */
export function concerns({ spec }: Binding, region: string): boolean {
  if ((spec.replicas ?? 0) === 0) return false;
  return isPlaced(spec, region) || (spec.gracefulEvictionTasks ?? []).some(isFrom(region));
}

/**
 * What is left of a workload's evictions when those of a region that took too long are over. Pure.
 * @param now milliseconds since 1970.
 * @returns undefined: nothing is overdue.
 */
export function withoutOverdue(
  { spec }: Binding,
  region: string,
  now: number,
): readonly EvictionTask[] | undefined {
  if (isPlaced(spec, region)) return undefined;
  const tasks = spec.gracefulEvictionTasks ?? [];
  const kept = tasks.filter((task) => {
    const age = now - Date.parse(task.creationTimestamp ?? "");
    return !(isFrom(region)(task) && age > handOverSeconds * 1000);
  });
  return kept.length === tasks.length ? undefined : kept;
}

function isPlaced({ clusters = [] }: Binding["spec"], region: string): boolean {
  return clusters.some(({ name }) => name === region);
}

function isFrom(region: string): (task: EvictionTask) => boolean {
  return ({ fromCluster }) => fromCluster === region;
}

async function release(kubeconfig: string, binding: Binding, region: string): Promise<void> {
  const kept = withoutOverdue(binding, region, Date.now());
  if (kept === undefined) return;
  const { namespace = "", name } = binding.metadata;
  const path = bindingsPath.replace("resourcebindings", `namespaces/${namespace}/resourcebindings`);
  await kubePatch(kubeconfig, `${path}/${name}`, { spec: { gracefulEvictionTasks: kept } });
}

function heldText(held: readonly Binding[]): string {
  const names = held.map(
    ({ spec: { resource } }) => `${resource.namespace ?? ""}/${resource.name}`,
  );
  const all = names.sort().join(", ");
  return (
    `not healthy in any other region yet: ${all}. Mend them, or run the command again: ` +
    `after ${handOverSeconds / 60} minutes they go without a successor`
  );
}

/**
 * Karmada looks every ten seconds whether a member's objects are gone, and then whether it is in no binding any more; and
 * whenever the member changes.
 */
async function lookAgain(kubeconfig: string, name: string): Promise<void> {
  const annotations = { "meridian.dev/leaving": new Date().toISOString() };
  await kubePatch(kubeconfig, `${clustersPath}/${name}`, { metadata: { annotations } });
  await sleep(lookMs);
}
