import type { NodePlan } from "../../../plan/types";
import {
  applyObjects,
  kubeDelete,
  kubeGet,
  kubePatch,
  kubePost,
  waitFor,
} from "../../../kube/kube";
import type { Manifest } from "../../../manifests/types";
import type { Handler } from "../../../provider/handler";

/** Nodes of one region. KWOK simulates their kubelets: pods on them are scheduled and ready, but do not run. */
export interface NodePoolInputs {
  /** Kubeconfig of the region. Secret. */
  readonly kubeconfig: string;
  readonly region: string;
  readonly nodes: readonly NodePlan[];
}

export interface NodePoolOutputs {
  readonly count: number;
}

const nodesPath = "/api/v1/nodes";

interface PodList {
  readonly items: readonly { metadata: { name: string; namespace: string } }[];
}

interface NodeList {
  readonly items: readonly { metadata: { name: string } }[];
}

/** Reconciles the nodes with the plan. A node that is no longer planned is drained and then deleted. */
export const nodePool: Handler<NodePoolInputs, NodePoolOutputs> = {
  replaceOn: ["region"],
  recomputeOn: ["nodes"],

  async create(inputs) {
    await keepExactly(inputs);
    return { id: inputs.region, outputs: { count: inputs.nodes.length } };
  },

  async update(_id, _old, inputs) {
    await keepExactly(inputs);
    return { count: inputs.nodes.length };
  },

  // The nodes are deleted with their cluster, which is deleted next.
  delete: () => Promise.resolve(),
};

/** The Node object of a planned node, with the annotation for KWOK. */
export function nodeObject(node: NodePlan): Manifest {
  const capacity = { ...node.allocatable };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: node.name,
      labels: { ...node.labels },
      annotations: { "kwok.x-k8s.io/node": "fake" },
    },
    spec: { taints: node.taints.map((taint) => ({ ...taint })) },
    status: { allocatable: capacity, capacity },
  } as Manifest;
}

/** Deletes by the nodes that exist and not by the previous plan: a killed run may have added nodes since. */
async function keepExactly(inputs: NodePoolInputs): Promise<void> {
  await applyNodes(inputs);
  const wanted = new Set(inputs.nodes.map(({ name }) => name));
  for (const name of await presentNodes(inputs.kubeconfig)) {
    if (wanted.has(name)) continue;
    await drain(inputs.kubeconfig, name);
    await kubeDelete(inputs.kubeconfig, `${nodesPath}/${name}`);
  }
}

/** Waits, because an API server that has just started may exceed the timeout of one request. */
async function presentNodes(kubeconfig: string): Promise<string[]> {
  let names: string[] = [];
  await waitFor("The nodes are listed", 120, async () => {
    const { items } = await kubeGet<NodeList>(kubeconfig, nodesPath);
    names = items.map(({ metadata }) => metadata.name);
  });
  return names;
}

async function applyNodes(inputs: NodePoolInputs): Promise<void> {
  const width = 16;
  for (let start = 0; start < inputs.nodes.length; start += width) {
    const part = inputs.nodes.slice(start, start + width);
    await Promise.all(part.map((node) => applyObjects(inputs.kubeconfig, [nodeObject(node)])));
  }
}

/** Cordons a node and evicts its pods. Disruption budgets are respected, so this waits while one allows no disruption. */
async function drain(kubeconfig: string, node: string): Promise<void> {
  const cordoned = { spec: { unschedulable: true } };
  await waitFor(`Node ${node} is cordoned`, 60, () =>
    kubePatch(kubeconfig, `${nodesPath}/${node}`, cordoned),
  );
  const pods = () =>
    kubeGet<PodList>(kubeconfig, `/api/v1/pods?fieldSelector=spec.nodeName%3D${node}`);
  await waitFor(`Node ${node} is drained`, 120, async () => {
    const { items } = await pods();
    await Promise.allSettled(items.map(({ metadata }) => evict(kubeconfig, metadata)));
    return items.length === 0;
  });
}

function evict(kubeconfig: string, pod: { name: string; namespace: string }): Promise<void> {
  const { name, namespace } = pod;
  return kubePost(kubeconfig, `/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
    apiVersion: "policy/v1",
    kind: "Eviction",
    metadata: { name, namespace },
  });
}
