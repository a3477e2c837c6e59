import * as assert from "node:assert/strict";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { removeMember } from "../../../infra/components/federation/handlers/leaving";
import { karmadaPaths } from "../../../infra/components/federation/karmadaApi";
import type { Eviction } from "../../../infra/components/federation/evictions";
import { type Answer, type Asked, FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

const { clusters, bindings } = karmadaPaths;
const member = `${clusters}/a`;
const workload = bindings.replace("resourcebindings", "namespaces/shop/resourcebindings/rollout");

interface Patch {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly spec?: { readonly gracefulEvictionTasks: Eviction[] };
}

/** As much of Karmada as the removal of a member sees: one workload whose replicas nobody replaces. */
describe("A member that leaves the federation", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: FakeApiServer;
  let present: boolean;
  let version: number;
  let tasks: Eviction[];

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    server = await FakeApiServer.start(folder.dir, karmada);
  });
  beforeEach(() => {
    server.asked.length = 0;
    present = true;
    version = 7;
    const creationTimestamp = new Date(Date.now() - 11 * 60_000).toISOString();
    tasks = ["a", "b"].map((fromCluster) => ({ fromCluster, creationTimestamp }));
  });
  after(() => {
    server.stop();
    folder.remove();
  });

  function karmada({ method, url, body }: Asked): Answer | undefined {
    if (url === member) {
      if (method === "DELETE") present = false;
      return {};
    }
    if (url === clusters) return { body: { items: present ? [{ metadata: { name: "a" } }] : [] } };
    if (url === bindings) return { body: { items: [binding()] } };
    return url === workload ? patched(body as Patch) : undefined;
  }

  const binding = () => ({
    metadata: { name: "rollout", namespace: "shop", resourceVersion: `${version}` },
    spec: {
      resource: { apiVersion: "v1", kind: "Kind", name: "shop", namespace: "shop" },
      ...{ replicas: 3, clusters: [{ name: "b" }], gracefulEvictionTasks: tasks },
    },
  });

  /** Karmada adds an eviction between the first read and the first patch. */
  function patched({ metadata, spec }: Patch): Answer {
    if (version === 7) {
      tasks = [...tasks, { fromCluster: "c" }];
      version = 8;
    }
    if (metadata?.resourceVersion !== undefined && metadata.resourceVersion !== `${version}`)
      return { code: 409, body: { message: "the object has been modified" } };
    tasks = spec?.gracefulEvictionTasks ?? tasks;
    return {};
  }

  it("ends its own overdue evictions, loses none that Karmada adds meanwhile, and is deleted last", async () => {
    await removeMember(kubeconfigOf("test", server.url, folder.dir), "a");
    assert.deepEqual(
      tasks.map(({ fromCluster }) => fromCluster),
      ["b", "c"],
    );
    const writes = server.lines.filter((line) => !line.startsWith("GET"));
    assert.equal(writes[0], `PATCH ${member}`);
    assert.equal(writes.at(-1), `DELETE ${member}`);
  });
});
