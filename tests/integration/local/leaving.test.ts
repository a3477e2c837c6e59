import * as assert from "node:assert/strict";
import { kubeconfigOf } from "../../../infra/local/kube";
import { type Binding, removeMember } from "../../../infra/local/provider/leaving";
import { type Answer, type Asked, FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

const clusters = "/apis/cluster.karmada.io/v1alpha1/clusters";
const member = `${clusters}/a`;
const works = "/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-a/works";
const workloads = "/apis/work.karmada.io/v1alpha2/namespaces/shop/resourcebindings";

type Tasks = NonNullable<Binding["spec"]["gracefulEvictionTasks"]>;

/** As much of Karmada as the removal of a member sees of it: one workload, and one copy that every region has. */
describe("A member that leaves the federation", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let there: boolean;
  let worksLeft: number;
  let bindings: Record<string, { replicas: number; clusters: string[]; tasks: Tasks }>;

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, karmada);
  });
  beforeEach(() => {
    server.asked.length = 0;
    there = true;
    worksLeft = 2;
    const begun = { fromCluster: "a", creationTimestamp: new Date().toISOString() };
    bindings = {
      rollout: { replicas: 3, clusters: ["a", "b"], tasks: [] },
      copy: { replicas: 0, clusters: ["b"], tasks: [begun, { ...begun, fromCluster: "b" }] },
    };
  });
  after(() => {
    server.stop();
    folder.remove();
  });

  function karmada({ method, url, body }: Asked): Answer | undefined {
    if (url === member && method === "PATCH") {
      const { spec } = body as { spec?: { taints: unknown[] } };
      // The taint moves the replicas; what has none is taken over by nobody.
      if (spec !== undefined) Object.assign(bindings["rollout"] ?? {}, { clusters: ["b"] });
      return {};
    }
    if (url === member && method === "DELETE") {
      there = false;
      return {};
    }
    if (url === clusters) return { body: { items: there ? [{ metadata: { name: "a" } }] : [] } };
    if (url === works) {
      if (method === "DELETE") worksLeft = Object.keys(bindings).length - 1;
      else worksLeft = Math.max(0, worksLeft - 1);
      return { body: { items: Array<object>(worksLeft).fill({ metadata: { name: "w" } }) } };
    }
    if (url.endsWith("/resourcebindings")) return { body: { items: listed() } };
    const name = url.slice(workloads.length + 1);
    const { spec } = body as { spec: { gracefulEvictionTasks: Tasks } };
    Object.assign(bindings[name] ?? {}, { tasks: spec.gracefulEvictionTasks });
    return {};
  }

  const listed = (): object[] =>
    Object.entries(bindings).map(([name, { replicas, clusters: placed, tasks }]) => ({
      metadata: { name, namespace: "shop" },
      spec: {
        resource: { apiVersion: "v1", kind: "Kind", name, namespace: "shop" },
        replicas,
        clusters: placed.map((cluster) => ({ name: cluster })),
        gracefulEvictionTasks: tasks,
      },
    }));

  it("is drained, emptied and then deleted, and no eviction from it stays behind", async () => {
    await removeMember(kubeconfigOf("test", server.url, folder.dir), "a");
    const writes = server.lines.filter((line) => !line.startsWith("GET"));
    assert.deepEqual(writes, [
      `PATCH ${member}`,
      `PATCH ${workloads}/copy`,
      `DELETE ${works}`,
      `DELETE ${member}`,
    ]);
    assert.deepEqual(
      bindings["copy"]?.tasks.map(({ fromCluster }) => fromCluster),
      ["b"],
    );
    assert.equal(worksLeft, 0);
  });
});
