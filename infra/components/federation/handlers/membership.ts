import { setTimeout as sleep } from "node:timers/promises";
import { drainTaint, karmadaPaths, weightLabel } from "../manifests/karmada";
import { applyObjects, connectionOf, kubeGet, waitFor } from "../../../kube/kube";
import type { Manifest } from "../../../manifests/types";
import type { Handler } from "../../../provider/handler";
import { type Binding, bindingsOf, drainTaints, leave, type Named } from "./leaving";

/** A region's membership in the federation: fields of Karmada's Cluster object and the connection to Karmada. */
export interface MembershipInputs {
  /** Kubeconfig of Karmada's API server. Secret. */
  readonly kubeconfig: string;
  readonly name: string;
  readonly region: string;
  readonly zones: readonly string[];
  readonly provider: string;
  /** URL of the member's API server. */
  readonly server: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly weight: number;
  /** Secret in Karmada with the member's token and CA. */
  readonly secret: { readonly namespace: string; readonly name: string };
}

export interface MembershipOutputs {
  /** The member has joined: always true. */
  readonly joined: boolean;
}

/** Timeout for a member to become ready, in seconds. */
const joinSeconds = 60;

/**
 * Seconds that a region has to be available again before replicas return to it. Karmada renews its watch on a lost region after
 * at most 60 s (client-go's back-off of 30 s with its jitter). Until then its cache contains objects that no longer exist, and
 * replicas that it moved back would be missing.
 */
const settleSeconds = 60;

/** A member that becomes ready later than this after its creation was lost in between, in seconds. */
const firstReadySeconds = 15;

/** Timeout for Karmada to start a rebalance, in seconds. */
const divideSeconds = 60;

/** Joins a region and rebalances the replicas; drains it before its removal. */
export const membership: Handler<MembershipInputs, MembershipOutputs> = {
  replaceOn: ["name"],

  async create(inputs) {
    await applyObjects(inputs.kubeconfig, [clusterObject(inputs, [])]);
    await waitReady(inputs);
    await redivide(inputs.kubeconfig, `join-${inputs.name}`);
    return { id: inputs.name, outputs: { joined: true } };
  },

  async update(_id, old, inputs) {
    const drained = await isDrained(inputs);
    await applyObjects(inputs.kubeconfig, [clusterObject(inputs, [])]);
    await waitReady(inputs);
    if (old.weight !== inputs.weight) await redivide(inputs.kubeconfig, `weigh-${inputs.name}`);
    // A region is new to another federation, and after an interrupted removal: earlier rebalances ignored it.
    else if (drained || isElsewhere(old, inputs))
      await redivide(inputs.kubeconfig, `join-${inputs.name}`);
    return { joined: true };
  },

  async delete(id, old) {
    await applyObjects(old.kubeconfig, [clusterObject(old, drainTaints)]);
    await leave(old.kubeconfig, id);
  },
};

/**
 * Controlled failback: rebalances the replicas when every region is available and has settled. Waits at least until Karmada has noticed
 * any earlier loss: it would evict again what it has just placed in such a region.
 * @param noticeSeconds of the environment's failover (`lossNoticeSeconds`).
 * @returns the number of rebalanced objects.
 * @throws if a region is still lost after three minutes.
 */
export async function rebalance(
  kubeconfig: string,
  name: string,
  noticeSeconds: number,
): Promise<number> {
  const noticed = Date.now() + noticeSeconds * 1000;
  await waitFor(
    "All regions are back and settled",
    3 * settleSeconds,
    async () => Date.now() > noticed && (await settled(kubeconfig)),
  );
  return redivide(kubeconfig, name);
}

/**
 * Makes Karmada reschedule the replicas of every app. Only this moves a replica back to a region that has returned, or to a new
 * region.
 */
async function redivide(kubeconfig: string, name: string): Promise<number> {
  const bound = await bindingsOf(kubeconfig);
  await afterSecondOf(bound);
  const workloads = bound.map(({ spec: { resource } }) => ({
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    name: resource.name,
    ...(resource.namespace === undefined ? {} : { namespace: resource.namespace }),
  }));
  if (workloads.length === 0) return 0;
  const object = {
    apiVersion: "apps.karmada.io/v1alpha1",
    kind: "WorkloadRebalancer",
    metadata: { name: `${name}-${Date.now().toString(36)}` },
    spec: { workloads, ttlSecondsAfterFinished: 60 },
  };
  await applyObjects(kubeconfig, [object]);
  // Until then the previous placement is still in effect and could be mistaken for the new one.
  const path = `/apis/apps.karmada.io/v1alpha1/workloadrebalancers/${object.metadata.name}`;
  await waitFor(`Replicas are divided (${name})`, divideSeconds, async () => {
    const { status } = await kubeGet<Rebalancer>(kubeconfig, path);
    return status?.finishTime !== undefined;
  });
  return workloads.length;
}

/**
 * Karmada compares whole seconds and skips an object that it scheduled in the second of the request: waits until that second is
 * over.
 */
async function afterSecondOf(bound: readonly Binding[]): Promise<void> {
  const times = bound.map(({ status }) => Date.parse(status?.lastScheduledTime ?? ""));
  const latest = Math.max(0, ...times.filter((time) => !Number.isNaN(time)));
  const left = latest + 1000 - Date.now();
  // Does not wait longer for a clock that is far ahead.
  if (left > 0) await sleep(Math.min(left, 1000));
}

interface Rebalancer {
  readonly status?: { readonly finishTime?: string };
}

/**
 * Whether every region is ready, none has only just returned, and none has leftovers from before its loss: Karmada deletes these
 * after the return, together with replicas that are placed there meanwhile.
 */
async function settled(kubeconfig: string): Promise<boolean> {
  const [clusters, works] = await Promise.all([
    kubeGet<{ items: Member[] }>(kubeconfig, karmadaPaths.clusters),
    kubeGet<{ items: Named[] }>(kubeconfig, karmadaPaths.works),
  ]);
  const leftovers = works.items.some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  return !leftovers && clusters.items.every((member) => isReady(member) && hasSettled(member));
}

/** A member that has been ready since it joined is settled. A member that returned settles after a delay. */
function hasSettled({ metadata, status }: Member): boolean {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const since = Date.parse(ready?.lastTransitionTime ?? "");
  const joined = Date.parse(metadata.creationTimestamp ?? "");
  const neverLost = since - joined < firstReadySeconds * 1000;
  return neverLost || Date.now() - since > settleSeconds * 1000;
}

interface Member extends Named {
  readonly spec?: { readonly taints?: readonly { readonly key: string }[] };
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; lastTransitionTime?: string }[];
  };
}

function isReady({ status }: Member): boolean {
  return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
}

/** Whether an interrupted removal has drained the member. */
async function isDrained({ kubeconfig, name }: MembershipInputs): Promise<boolean> {
  const { items } = await kubeGet<{ items: Member[] }>(kubeconfig, karmadaPaths.clusters);
  const member = items.find(({ metadata }) => metadata.name === name);
  return member?.spec?.taints?.some(({ key }) => key === drainTaint) ?? false;
}

/** Whether the federation is a different one, as after its move to another region. */
function isElsewhere(old: MembershipInputs, { kubeconfig }: MembershipInputs): boolean {
  return connectionOf(old.kubeconfig).server !== connectionOf(kubeconfig).server;
}

function clusterObject(
  inputs: MembershipInputs,
  taints: readonly { key: string; effect: string }[],
): Manifest {
  return {
    apiVersion: "cluster.karmada.io/v1alpha1",
    kind: "Cluster",
    metadata: {
      name: inputs.name,
      labels: { ...inputs.labels, [weightLabel]: `${inputs.weight}` },
    },
    spec: {
      syncMode: "Push",
      apiEndpoint: inputs.server,
      secretRef: { ...inputs.secret },
      provider: inputs.provider,
      region: inputs.region,
      zones: [...inputs.zones],
      ...(taints.length === 0 ? {} : { taints }),
    },
  };
}

function waitReady(inputs: MembershipInputs): Promise<void> {
  const path = `${karmadaPaths.clusters}/${inputs.name}`;
  return waitFor(`Region ${inputs.name} joins the federation`, joinSeconds, async () =>
    isReady(await kubeGet<Member>(inputs.kubeconfig, path)),
  );
}
