import { setTimeout as sleep } from "node:timers/promises";
import { drainTaint, karmadaPaths, weightLabel } from "../manifests/karmada";
import { applyObjects, connectionOf, kubeGet, waitFor } from "../../../kube/kube";
import type { Manifest } from "../../../manifests/types";
import type { Handler } from "../../../provider/handler";
import { type Binding, bindingsOf, drainTaints, leave, type Named } from "./leaving";

/** A region's place in the federation: Karmada's Cluster object, and what joining and leaving take. */
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
  /** Secret on Karmada with the member's token and certificate authority. */
  readonly secret: { readonly namespace: string; readonly name: string };
}

export interface MembershipOutputs {
  /** API version that Karmada serves the member under. */
  readonly joined: boolean;
}

/** Time that a member gets to be found ready, in seconds. */
const joinSeconds = 60;

/**
 * Seconds that a region has to be back before replicas return to it. Karmada's watch on a region that
 * was gone is renewed after at most 60 s (client-go's back-off of 30 s with its jitter); until then
 * Karmada takes what is no longer there for present, and replicas that it moved back would be missing.
 */
const settleSeconds = 60;

/** A member that becomes ready later than this after it was made has been lost in between, in seconds. */
const firstReadySeconds = 15;

/** Time that Karmada gets to take up a division, in seconds. */
const divideSeconds = 60;

/** Joins a region and has the replicas divided anew; drains it before it leaves. */
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
    // To another federation it is new, and so is one whose removal was cut short: what was divided before passed it by.
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
 * The controlled return: when every region is back and has settled, the replicas are divided anew.
 * @returns how many objects were divided.
 * @throws when a region is still lost after three minutes.
 */
export async function rebalance(kubeconfig: string, name: string): Promise<number> {
  await waitFor("All regions are back and settled", 3 * settleSeconds, () => settled(kubeconfig));
  return redivide(kubeconfig, name);
}

/**
 * Has Karmada decide anew where the replicas of every app belong. Nothing but this moves a replica
 * back to a region that has returned, or onto one that is new.
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
  // Until then the division of before still counts, and would be taken for the new one.
  const path = `/apis/apps.karmada.io/v1alpha1/workloadrebalancers/${object.metadata.name}`;
  await waitFor(`Replicas are divided (${name})`, divideSeconds, async () => {
    const { status } = await kubeGet<Rebalancer>(kubeconfig, path);
    return status?.finishTime !== undefined;
  });
  return workloads.length;
}

/**
 * Karmada compares whole seconds, and passes over what it has divided in the second in which it is asked to: waits
 * until that second is over.
 */
async function afterSecondOf(bound: readonly Binding[]): Promise<void> {
  const times = bound.map(({ status }) => Date.parse(status?.lastScheduledTime ?? ""));
  const latest = Math.max(0, ...times.filter((time) => !Number.isNaN(time)));
  const left = latest + 1000 - Date.now();
  // A clock that is far ahead is no reason to wait for it.
  if (left > 0) await sleep(Math.min(left, 1000));
}

interface Rebalancer {
  readonly status?: { readonly finishTime?: string };
}

/**
 * True when every region answers, none has come back only now, and none has leftovers of before it was
 * lost: Karmada removes these after the return, and replicas placed there meanwhile would go with them.
 */
async function settled(kubeconfig: string): Promise<boolean> {
  const [clusters, works] = await Promise.all([
    kubeGet<{ items: Member[] }>(kubeconfig, karmadaPaths.clusters),
    kubeGet<{ items: Named[] }>(kubeconfig, karmadaPaths.works),
  ]);
  const leftovers = works.items.some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  return !leftovers && clusters.items.every((member) => isReady(member) && hasSettled(member));
}

/** A member that has been ready since it joined needs no time; one that came back does. */
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

/** Whether a removal that was cut short has drained the member. */
async function isDrained({ kubeconfig, name }: MembershipInputs): Promise<boolean> {
  const { items } = await kubeGet<{ items: Member[] }>(kubeconfig, karmadaPaths.clusters);
  const member = items.find(({ metadata }) => metadata.name === name);
  return member?.spec?.taints?.some(({ key }) => key === drainTaint) ?? false;
}

/** Whether the federation is another one now, as after its move to another region. */
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
