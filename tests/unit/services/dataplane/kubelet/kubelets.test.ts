import * as assert from "node:assert/strict";
import { Kubelets } from "../../../../../services/dataplane/kubelet";
import type { NodesApi } from "../../../../../services/dataplane/kubelet/nodes";
import type { ObjectName, StartingPod } from "../../../../../services/dataplane/kubelet/pod";
import type { StatusPatch, Warning } from "../../../../../services/dataplane/kubelet/report";
import { startingPod } from "../../../../support/startingPod";
import { until } from "../../../../support/until";

/** An API server in memory, with what it was asked and told. */
class MemoryNodes implements NodesApi {
  readonly read: string[] = [];
  readonly reports: StatusPatch[] = [];
  readonly warnings: string[] = [];
  readonly present = new Set<string>();
  error: Error | undefined;

  keysOf(_pod: StartingPod, { kind, name }: ObjectName) {
    this.read.push(`${kind}/${name}`);
    if (this.error !== undefined) return Promise.reject(this.error);
    return Promise.resolve(this.present.has(name) ? new Set(["a"]) : undefined);
  }

  report(_pod: StartingPod, status: StatusPatch) {
    this.reports.push(status);
    return Promise.resolve();
  }

  warn(_pod: StartingPod, { message }: Warning, count: number) {
    this.warnings.push(`${message} ×${count}`);
    return Promise.resolve();
  }
}

const pod = startingPod({
  containers: [{ name: "app", image: "shop:1", envFrom: [{ configMapRef: { name: "settings" } }] }],
});
const startsOf = ({ reports }: MemoryNodes) => reports.map(({ phase }) => phase === "Running");

describe("The kubelets", () => {
  let nodes: MemoryNodes;
  let kubelets: Kubelets;
  let stop: AbortController;

  beforeEach(() => {
    nodes = new MemoryNodes();
    kubelets = new Kubelets(nodes, () => "10.20.1.0", 20);
    stop = new AbortController();
    void kubelets.run(stop.signal);
  });
  afterEach(() => stop.abort());

  it("read nothing and report nothing of a pod that refers to nothing", async () => {
    kubelets.replace([startingPod()]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual([nodes.read, nodes.reports], [[], []]);
  });

  it("start a pod at once whose objects exist", async () => {
    nodes.present.add("settings");
    kubelets.set(pod);
    await until("it starts", () => startsOf(nodes).includes(true), 500);
    assert.deepEqual(nodes.warnings, []);
  });

  it("warn once, and start the pod when the object appears", async () => {
    kubelets.set(pod);
    await until("it waits", () => nodes.warnings.length > 0, 500);
    await until("it is examined again", () => nodes.read.length > 1);
    assert.deepEqual(nodes.warnings, ['Error: configmap "settings" not found ×1']);
    nodes.present.add("settings");
    await until("it starts", () => startsOf(nodes).at(-1) === true);
  });

  it("examine a pod no more once it is gone or has started", async () => {
    for (const end of [
      () => kubelets.remove(pod),
      () => kubelets.replace([]),
      () => kubelets.set({ ...pod, status: { phase: "Running" } }),
    ]) {
      kubelets.set(pod);
      await until("it waits", () => nodes.reports.length > 0, 500);
      end();
      const before = nodes.read.length;
      await new Promise((resolve) => setTimeout(resolve, 60));
      assert.equal(nodes.read.length, before);
    }
  });

  it("decide nothing without an answer, and ask again", async () => {
    const { error } = console;
    console.error = () => undefined;
    nodes.error = new Error("connection refused");
    kubelets.set(pod);
    await until("it was asked", () => nodes.read.length > 0, 500);
    assert.deepEqual(nodes.reports, []);
    nodes.error = undefined;
    nodes.present.add("settings");
    await until("it starts", () => startsOf(nodes).includes(true));
    console.error = error;
  });
});
