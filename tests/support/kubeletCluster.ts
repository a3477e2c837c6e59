import * as fs from "node:fs";
import * as path from "node:path";
import { KubeClient } from "../../infra/kube/client";
import { applyObjects, connectionOf } from "../../infra/kube/kube";
import type { Manifest } from "../../infra/manifests/types";
import { clusterPortNames } from "../../infra/plan/ports";
import { kubernetesVersion } from "../../infra/plan/versions";
import { cluster } from "../../infra/providers/local/handlers/cluster";
import { nodePool } from "../../infra/providers/local/handlers/nodePool";
import { type Instance, instanceOf, prepareInstance } from "../../infra/providers/local/instance";
import { kubeletRules } from "../../infra/providers/local/manifests/dataplane";
import { allocatePorts } from "../../infra/providers/local/ports";
import { Nodes } from "../../services/dataplane/kubelet/nodes";
import { nodesOf } from "./aws/provider/nodes";
import { makeFolder } from "./folder";
import { endInstance } from "./instance";

const account = "kubelet";
const secretPath = `/api/v1/namespaces/kube-system/secrets/${account}`;

/** A real cluster with simulated nodes, whose pods wait for a simulator, and the simulator's access to it. */
export interface KubeletCluster {
  readonly kubeconfig: string;
  readonly client: KubeClient;
  readonly nodeNames: readonly string[];
  readonly nodes: Nodes;
  /** kwokctl's record of the cluster, with the flags of its processes. */
  readonly record: string;
  stop(): Promise<void>;
}

/** Starts such a cluster, with the simulator's account and no permissions beyond its own. */
export async function startKubeletCluster(region: string): Promise<KubeletCluster> {
  const folder = makeFolder();
  const instance = instanceOf("test", folder.dir);
  prepareInstance(instance);
  const stop = async () => {
    await endInstance(instance);
    folder.remove();
  };
  try {
    const { outputs } = await cluster.create(await inputsOf(folder.dir, instance));
    const { kubeconfig, server, ca } = outputs;
    const nodes = nodesOf(region, ["a"]);
    const nodeNames = nodes.map(({ name }) => name);
    await nodePool.create({ kubeconfig, region, nodes });
    await applyObjects(kubeconfig, accountObjects(nodeNames));
    const client = new KubeClient(connectionOf(kubeconfig));
    const token = await tokenOf(client);
    const record = fs.readFileSync(
      path.join(instance.clustersDir, "clusters", "test", "kwok.yaml"),
      "utf8",
    );
    return { kubeconfig, client, nodeNames, nodes: new Nodes({ server, ca, token }), record, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function tokenOf(client: KubeClient): Promise<string> {
  for (;;) {
    const { data } = await client.get<{ data?: { token?: string } }>(secretPath);
    if (data?.token !== undefined) return Buffer.from(data.token, "base64").toString();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function accountObjects(nodeNames: readonly string[]): Manifest[] {
  const rbac = "rbac.authorization.k8s.io";
  const metadata = { name: account };
  const namespaced = { name: account, namespace: "kube-system" };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: namespaced },
    { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata, rules: kubeletRules(nodeNames) },
    {
      ...{ apiVersion: `${rbac}/v1`, kind: "ClusterRoleBinding", metadata },
      roleRef: { apiGroup: rbac, kind: "ClusterRole", name: account },
      subjects: [{ kind: "ServiceAccount", ...namespaced }],
    },
    {
      ...{ apiVersion: "v1", kind: "Secret", type: "kubernetes.io/service-account-token" },
      metadata: {
        ...namespaced,
        annotations: { "kubernetes.io/service-account.name": account },
      },
    },
  ] as unknown as Manifest[];
}

async function inputsOf(home: string, instance: Instance) {
  const name = "test";
  const names = clusterPortNames(name);
  const ports = await allocatePorts(instance, Object.values(names));
  const port = (part: keyof typeof names) => ports[names[part]] ?? 0;
  const alone = { "leader-elect": "false" };
  const control = ["etcd", "kube-apiserver", "kube-controller-manager"];
  return {
    ...{ home, environment: instance.environment, name, kubernetesVersion },
    ports: {
      apiServer: port("apiServer"),
      controllerManager: port("controllerManager"),
      scheduler: port("scheduler"),
      kwok: port("kwok"),
    },
    components: [...control, "kube-scheduler", "kwok-controller"],
    extraArgs: {
      "kube-apiserver": { "enable-admission-plugins": "NodeRestriction" },
      "kube-controller-manager": alone,
      "kube-scheduler": alone,
    },
    aggregation: false,
    checksReferences: true,
  };
}
