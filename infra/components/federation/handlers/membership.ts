import { drainTaint, weightLabel } from "../manifests/karmada";
import { karmadaPaths } from "../karmadaApi";
import { applyObjects, clientOf, connectionOf, kubeGet, waitFor } from "../../../kube/kube";
import type { Manifest } from "../../../manifests/types";
import type { Handler } from "../../../provider/handler";
import { type ClusterObject, hasSettled, isReady, settleSeconds } from "../members";
import { dividedBindings } from "./dividedBindings";
import { type Binding, bindingsOf, drainTaints, leave, type Named } from "./leaving";
import { requestRebalance } from "./rebalancer";

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

/** Joins a region and rebalances the replicas; drains it before its removal. */
export const membership: Handler<MembershipInputs, MembershipOutputs> = {
  replaceOn: ["name"],

  async create(inputs) {
    await applyObjects(inputs.kubeconfig, [clusterObject(inputs, [])]);
    await waitReady(inputs);
    await redivide(inputs.kubeconfig, `join-${inputs.name}`, everyBinding);
    return { id: inputs.name, outputs: { joined: true } };
  },

  async update(_id, old, inputs) {
    const drained = await isDrained(inputs);
    await applyObjects(inputs.kubeconfig, [clusterObject(inputs, [])]);
    await waitReady(inputs);
    if (old.weight !== inputs.weight)
      await redivide(inputs.kubeconfig, `weigh-${inputs.name}`, workloadBindings);
    // A region is new to another federation, and after an interrupted removal: earlier rebalances ignored it.
    else if (drained || isElsewhere(old, inputs))
      await redivide(inputs.kubeconfig, `join-${inputs.name}`, everyBinding);
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
 * @returns the number of workloads whose replicas are divided again.
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
  return redivide(kubeconfig, name, workloadBindings);
}

/** Reads the bindings of some objects. */
type BindingReader = (kubeconfig: string) => Promise<readonly Binding[]>;

/**
 * The bindings of every object, for a region that joins. Karmada copies objects to a new region when a field of its Cluster changes, such as
 * the taint of a region that is not ready; it does not when the Cluster is created. The request does not depend on that.
 */
const everyBinding: BindingReader = bindingsOf;

/** The bindings of divided objects. Copied objects are in every region already, a lost one included. */
const workloadBindings: BindingReader = async (kubeconfig) => {
  const client = clientOf(kubeconfig);
  return (await dividedBindings<Binding>((path) => client.find(path))) ?? [];
};

/**
 * Makes Karmada reschedule the objects of some bindings. Only this moves a replica back to a region that has returned, or to a new
 * region.
 */
async function redivide(kubeconfig: string, name: string, read: BindingReader): Promise<number> {
  const bound = await read(kubeconfig);
  const workloads = bound.map(({ spec: { resource } }) => resource);
  const lastScheduled = bound.map(({ status }) => status?.lastScheduledTime);
  await requestRebalance(clientOf(kubeconfig), name, workloads, lastScheduled);
  return workloads.length;
}

/**
 * Whether every region is ready, none has only just returned, and none has leftovers from before its loss: Karmada deletes these
 * after the return, together with replicas that are placed there meanwhile.
 */
async function settled(kubeconfig: string): Promise<boolean> {
  const [clusters, works] = await Promise.all([
    kubeGet<{ items: ClusterObject[] }>(kubeconfig, karmadaPaths.clusters),
    kubeGet<{ items: Named[] }>(kubeconfig, karmadaPaths.works),
  ]);
  const leftovers = works.items.some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  return (
    !leftovers &&
    clusters.items.every((member) => isReady(member) && hasSettled(member, Date.now()))
  );
}

/** Whether an interrupted removal has drained the member. */
async function isDrained({ kubeconfig, name }: MembershipInputs): Promise<boolean> {
  const { items } = await kubeGet<{ items: ClusterObject[] }>(kubeconfig, karmadaPaths.clusters);
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
    isReady(await kubeGet<ClusterObject>(inputs.kubeconfig, path)),
  );
}
