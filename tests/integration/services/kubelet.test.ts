import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { applyObjects, deleteObject } from "../../../infra/kube/kube";
import { follow } from "../../../infra/kube/watch";
import type { Manifest } from "../../../infra/manifests/types";
import { heartbeatMs } from "../../../infra/providers/local/manifests/nodeStages";
import { Addresses } from "../../../services/dataplane/addresses";
import { Kubelets } from "../../../services/dataplane/kubelet";
import type { StartingPod } from "../../../services/dataplane/kubelet/pod";
import { toolPath } from "../../../toolchain";
import { type KubeletCluster, startKubeletCluster } from "../../support/kubeletCluster";

const namespace = "shop";
const paths = `/api/v1/namespaces/${namespace}`;

const config = (name: string, data = {}): Manifest => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data },
});
const secret = (name: string, stringData = {}): Manifest => ({
  ...{ apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData },
});
const keyRef = (kind: string, name: string, key: string, optional?: boolean) => ({
  env: [{ name: "VALUE", valueFrom: { [kind]: { name, key, optional } } }],
});

/** A pod with one container, and what a test adds to container and pod. */
const podOf = (name: string, container: object, spec: object = {}): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace },
  spec: { containers: [{ name: "app", image: "shop:1", ...container }], ...spec },
});
const mounting = (name: string, volume: object) =>
  podOf(name, {}, { volumes: [{ name: "files", ...volume }] });

const namespaceObject: Manifest = {
  ...{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
};
const present = config("present", { a: "1" });

/** Pods that run at once: nothing that they need is missing. */
const startable = [
  podOf("plain", {}),
  podOf("refers", { envFrom: [{ configMapRef: { name: "present" } }] }),
  podOf("optional", {
    envFrom: [{ configMapRef: { name: "none", optional: true } }],
    ...keyRef("secretKeyRef", "none", "a", true),
  }),
  mounting("mounts", { projected: { sources: [{ configMap: { name: "present" } }] } }),
  podOf("pulls", {}, { imagePullSecrets: [{ name: "none" }] }),
  podOf(
    "initialized",
    {},
    {
      initContainers: [
        { name: "init", image: "shop:1", envFrom: [{ configMapRef: { name: "present" } }] },
        { name: "sidecar", image: "shop:1", restartPolicy: "Always" },
      ],
      readinessGates: [{ conditionType: "shop.example/loaded" }],
      hostNetwork: true,
    },
  ),
  podOf("digest", { image: `localhost:5000/shop@sha512:${"0".repeat(128)}` }),
];

const job: Manifest = {
  ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name: "once", namespace } },
  spec: {
    template: {
      spec: {
        restartPolicy: "Never",
        containers: [
          { name: "app", image: "shop:1", ...keyRef("configMapKeyRef", "present", "a") },
        ],
      },
    },
  },
};

const missing = "CreateContainerConfigError";

interface Unstartable {
  readonly pod: Manifest;
  /** Why its container waits. */
  readonly reason: string;
  readonly message?: string;
  /** Message of an event. */
  readonly event: string;
}

const unstartable: readonly Unstartable[] = [
  {
    pod: podOf("config", { envFrom: [{ configMapRef: { name: "settings" } }] }),
    reason: missing,
    message: 'configmap "settings" not found',
    event: 'Error: configmap "settings" not found',
  },
  {
    pod: podOf("key", keyRef("configMapKeyRef", "present", "b")),
    reason: missing,
    message: "couldn't find key b in ConfigMap shop/present",
    event: "Error: couldn't find key b in ConfigMap shop/present",
  },
  {
    pod: podOf("secret", keyRef("secretKeyRef", "token", "a")),
    reason: missing,
    message: 'secret "token" not found',
    event: 'Error: secret "token" not found',
  },
  {
    pod: mounting("volume", { secret: { secretName: "token" } }),
    reason: "ContainerCreating",
    event: 'MountVolume.SetUp failed for volume "files" : secret "token" not found',
  },
  {
    pod: podOf(
      "waits",
      {},
      {
        initContainers: [{ name: "init", image: "shop:1", ...keyRef("secretKeyRef", "none", "a") }],
      },
    ),
    reason: "PodInitializing",
    event: 'Error: secret "none" not found',
  },
  {
    pod: podOf("image", { image: "registry.example/Shop:1" }),
    reason: "InvalidImageName",
    message:
      'Failed to apply default image tag "registry.example/Shop:1": couldn\'t parse image name "registry.example/Shop:1": ' +
      "invalid reference format: repository name (Shop) must be lowercase",
    event: "Error: InvalidImageName",
  },
  {
    pod: podOf("id", { image: "0".repeat(64) }),
    reason: "InvalidImageName",
    message:
      `Failed to apply default image tag "${"0".repeat(64)}": couldn't parse image name "${"0".repeat(64)}": ` +
      `invalid repository name (${"0".repeat(64)}), cannot specify 64-byte hexadecimal strings`,
    event: "Error: InvalidImageName",
  },
];

const addresses = new Addresses("10.20");
const addressOf = (uid: string) => addresses.of(uid);
const tools = ["kwokctl", "kwok", "etcd", "kube-apiserver", "process-compose"] as const;

describe("The kubelets of a region", function () {
  this.timeout(60_000);
  let cluster: KubeletCluster;
  const stop = new AbortController();

  before(async function () {
    try {
      tools.forEach((tool) => toolPath(tool));
    } catch (error) {
      console.warn(`SKIPPED: tests of kubelets. ${(error as Error).message}`);
      this.skip();
    }
    cluster = await startKubeletCluster("eu-west-1");
    const kubelets = new Kubelets(cluster.nodes, addressOf);
    void follow<StartingPod>(cluster.client, "/api/v1/pods", kubelets, stop.signal);
    void kubelets.run(stop.signal);
    await applyObjects(cluster.kubeconfig, [namespaceObject, present]);
    // Its controller creates the namespace's account, without which no pod is accepted.
    await eventually("the account exists", () =>
      cluster.client.find(`${paths}/serviceaccounts/default`),
    );
    await applyObjects(cluster.kubeconfig, [...startable, ...unstartable.map(({ pod }) => pod)]);
  });

  after(async () => {
    stop.abort();
    await cluster?.stop();
  });

  const get = (name: string) => cluster.client.get<StartingPod>(`${paths}/pods/${name}`);
  const runs = (name: string) =>
    eventually(`${name} runs`, async () => {
      const { status } = await get(name);
      return status?.phase === "Running" && holds(status, "Ready");
    });

  for (const { metadata } of startable)
    it(`start a pod that lacks nothing: ${metadata.name}`, () => runs(metadata.name));

  for (const { pod: unstarted, reason, message, event } of unstartable)
    it(`do not start a pod that lacks something: ${unstarted.metadata.name}`, async () => {
      const { name } = unstarted.metadata;
      const { status } = await eventually(`${name} waits`, async () => {
        const pod = await get(name);
        return waitingOf(pod)?.reason === reason && pod;
      });
      assert.equal(status?.phase, "Pending");
      assert.equal(waitingOf({ status })?.message, message);
      assert.equal(holds(status, "Ready") || holds(status, "ContainersReady"), false);
      await eventually(`the event "${event}"`, async () => (await eventsOf(name)).includes(event));
    });

  it("report long before the controller manager takes their nodes for lost", () => {
    const flag = /--node-monitor-grace-period=(?:(\d+)m)?(?:(\d+)s)?/.exec(cluster.record);
    const graceMs = 1000 * (60 * Number(flag?.[1] ?? 0) + Number(flag?.[2] ?? 0));
    assert.ok(graceMs > 0, "the flag is set");
    assert.ok(3 * heartbeatMs.longest < graceMs);
  });

  it("complete the pod of a Job", async () => {
    await applyObjects(cluster.kubeconfig, [job]);
    await eventually("the Job is complete", async () => {
      const found = await cluster.client.get<StartingPod>(
        `/apis/batch/v1/namespaces/${namespace}/jobs/once`,
      );
      return holds(found.status, "Complete");
    });
  });

  it("only warn of a missing Secret of the image pull", async () => {
    // The scheduler may warn before: the nodes have taints until they are ready.
    await eventually("the event", async () => {
      const events = await eventsOf("pulls");
      return events.some((event) =>
        /^Unable to retrieve some image pull secrets \(none\)/.test(event),
      );
    });
  });

  it("read only the objects that pods of their own node refer to", async () => {
    const pod = await get("config");
    const other = cluster.nodeNames.find((name) => name !== pod.spec.nodeName) ?? "";
    const elsewhere = { ...pod, spec: { ...pod.spec, nodeName: other } };
    const object = { kind: "ConfigMap", name: "settings" } as const;
    assert.equal(await cluster.nodes.keysOf(pod, object), undefined);
    await sleep(600); // An answer is used again for half a second.
    await assert.rejects(cluster.nodes.keysOf(elsewhere, object), /403/);
    await assert.rejects(cluster.nodes.keysOf(pod, { kind: "Secret", name: "other" }), /403/);
  });

  it("start the pods within seconds once the objects exist, and stop none when one is deleted", async () => {
    await applyObjects(cluster.kubeconfig, [
      config("settings"),
      config("present", { a: "1", b: "2" }),
      secret("token", { a: "1" }),
    ]);
    const begin = Date.now();
    await Promise.all(["config", "key", "secret", "volume"].map(runs));
    assert.ok(Date.now() - begin < 5000);
    await deleteObject(cluster.kubeconfig, secret("token"));
    await sleep(1500);
    assert.equal((await get("secret")).status?.phase, "Running");
  });

  async function eventsOf(pod: string): Promise<string[]> {
    const selector = encodeURIComponent(`involvedObject.name=${pod},type=Warning`);
    const url = `${paths}/events?fieldSelector=${selector}`;
    const { items } = await cluster.client.get<{ items: { message: string }[] }>(url);
    return items.map(({ message }) => message);
  }
});

function waitingOf({ status }: Pick<StartingPod, "status">) {
  return status?.containerStatuses?.[0]?.state?.waiting;
}

function holds(status: StartingPod["status"], type: string): boolean {
  return status?.conditions?.find((one) => one.type === type)?.status === "True";
}

/** The result of a function once it is not false or undefined. */
async function eventually<T>(
  what: string,
  result: () => Promise<T | false | undefined>,
): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await result();
    if (found !== false && found !== undefined) return found;
    assert.ok(Date.now() < deadline, `not within 15 s: ${what}`);
    await sleep(50);
  }
}
