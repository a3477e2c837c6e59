import { drainTaint, weightLabel } from "../../manifests/karmada";
import { applyObjects, connectionOf, deleteObject, kubeGet, waitFor } from "../kube";
import type { Manifest } from "../../manifests/types";
import type { Handler } from "./handler";

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

interface Binding {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly resource: { apiVersion: string; kind: string; name: string; namespace?: string };
    readonly replicas?: number;
    readonly clusters?: readonly { readonly name: string }[];
    readonly gracefulEvictionTasks?: readonly { readonly fromCluster: string }[];
  };
}

/** Time that a member gets to be found ready, and to be drained, in seconds. */
const joinSeconds = 60;

/**
 * Seconds that a region has to be back before replicas return to it. Karmada's watch on a region that
 * was gone is renewed after at most 60 s (client-go's back-off of 30 s with its jitter); until then
 * Karmada takes what is no longer there for present, and replicas that it moved back would be missing.
 */
const settleSeconds = 60;

/** A member that becomes ready later than this after it was made has been lost in between, in seconds. */
const firstReadySeconds = 15;
const drainSeconds = 300;

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
    await applyObjects(inputs.kubeconfig, [clusterObject(inputs, [])]);
    await waitReady(inputs);
    if (old.weight !== inputs.weight) await redivide(inputs.kubeconfig, `weigh-${inputs.name}`);
    // To another federation it is new: what was divided before it joined passed it by.
    else if (isElsewhere(old, inputs)) await redivide(inputs.kubeconfig, `join-${inputs.name}`);
    return { joined: true };
  },

  async delete(id, old) {
    const taints = ["NoSchedule", "NoExecute"].map((effect) => ({ key: drainTaint, effect }));
    await applyObjects(old.kubeconfig, [clusterObject(old, taints)]);
    await waitFor(`Region ${id} is drained`, drainSeconds, async () => {
      const all = await bindings(old.kubeconfig);
      return all.every((binding) => !concerns(binding, id));
    });
    await deleteObject(old.kubeconfig, clusterObject(old, []));
    await waitFor(`Region ${id} has left`, drainSeconds, async () => {
      const path = "/apis/cluster.karmada.io/v1alpha1/clusters";
      const list = await kubeGet<{ items: Named[] }>(old.kubeconfig, path);
      return !list.items.some(({ metadata }) => metadata.name === id);
    });
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
  const workloads = (await bindings(kubeconfig)).map(({ spec: { resource } }) => ({
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
  return workloads.length;
}

/**
 * True when every region answers, none has come back only now, and none has leftovers of before it was
 * lost: Karmada removes these after the return, and replicas placed there meanwhile would go with them.
 */
async function settled(kubeconfig: string): Promise<boolean> {
  const [clusters, works] = await Promise.all([
    kubeGet<{ items: Member[] }>(kubeconfig, "/apis/cluster.karmada.io/v1alpha1/clusters"),
    kubeGet<{ items: Named[] }>(kubeconfig, "/apis/work.karmada.io/v1alpha1/works"),
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

interface Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
  };
}

interface Member extends Named {
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; lastTransitionTime?: string }[];
  };
}

function isReady({ status }: Member): boolean {
  return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false;
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
  const path = `/apis/cluster.karmada.io/v1alpha1/clusters/${inputs.name}`;
  return waitFor(`Region ${inputs.name} joins the federation`, joinSeconds, async () =>
    isReady(await kubeGet<Member>(inputs.kubeconfig, path)),
  );
}

async function bindings(kubeconfig: string): Promise<Binding[]> {
  const path = "/apis/work.karmada.io/v1alpha2/resourcebindings";
  return (await kubeGet<{ items: Binding[] }>(kubeconfig, path)).items;
}

/**
 * True while replicas are in a region or are being taken over from it. What has no replicas needs no
 * successor: Karmada removes it with the region.
 */
function concerns({ spec }: Binding, cluster: string): boolean {
  if ((spec.replicas ?? 0) === 0) return false;
  return (
    (spec.clusters ?? []).some(({ name }) => name === cluster) ||
    (spec.gracefulEvictionTasks ?? []).some(({ fromCluster }) => fromCluster === cluster)
  );
}
