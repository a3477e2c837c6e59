import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Instance,
  instanceOf,
  prepareInstance,
} from "../../../infra/providers/local/instance";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { killProcesses, processesOf } from "../../../infra/providers/local/processes";
import type { NodePlan } from "../../../infra/plan/types";
import { toolPath } from "../../../toolchain";
import { random } from "../../e2e/support/random";
import { type Answer, type Asked, discovery, FakeApiServer } from "../../support/apiServer";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";
import { ProviderProcess } from "../../support/provider";

const pool = "meridian:local:NodePool";
const manifests = "meridian:index:Manifests";
const service = "meridian:local:Service";

type Properties = Record<string, unknown>;

/** An object after a merge patch of its spec. */
function merged(object: unknown, patch: unknown): unknown {
  const { spec, ...others } = object as { spec: object };
  return { ...others, spec: { ...spec, ...(patch as { spec: object }).spec } };
}

/**
 * The provider is killed in the middle of a call, as with a command that is ended by force: the engine's state stays at what was
 * before. The next run, which begins with another provider, has to finish the work or take it back.
 */
describe("The meridian provider, killed in the middle of its work", function () {
  this.timeout(180_000);
  let folder: ReturnType<typeof makeFolder>;
  let provider: ProviderProcess | undefined;
  let over = false;

  beforeEach(() => {
    folder = makeFolder();
    over = false;
  });
  afterEach(async () => {
    over = true;
    await provider?.stop();
    provider = undefined;
    folder.remove();
  });

  /** A provider that knows what the killed one has written down. */
  async function next(): Promise<ProviderProcess> {
    await provider?.stop();
    // A test that has run out of time goes on in the background.
    if (over) throw new Error("the test is over");
    provider = await ProviderProcess.start(undefined, { MERIDIAN_HOME: folder.dir });
    return provider;
  }

  describe("on an API server", () => {
    let server: FakeApiServer;
    let kubeconfig: string;
    /** Objects by their paths. */
    let store: Map<string, unknown>;
    /** At which change the provider is killed; whether the change is made all the same. */
    let cut: { at: number; done: boolean } | undefined;
    let changes: number;

    beforeEach(async () => {
      await writePki(folder.dir);
      store = new Map();
      cut = undefined;
      changes = 0;
      server = await FakeApiServer.start(folder.dir, answer);
      kubeconfig = kubeconfigOf("test", server.url, folder.dir);
    });
    afterEach(() => server.stop());

    function answer({ method, url, contentType, body }: Asked): Answer | undefined {
      const [at = ""] = url.split("?");
      if (method === "GET") {
        if (discovery[at] !== undefined) return discovery[at];
        const items = [...store].flatMap(([key, object]) =>
          path.dirname(key) === at ? [object] : [],
        );
        return { body: store.get(at) ?? { items } };
      }
      const isCut = ++changes === cut?.at;
      if (!isCut || cut?.done) {
        if (method === "DELETE") store.delete(at);
        else if (contentType?.includes("merge-patch")) store.set(at, merged(store.get(at), body));
        else store.set(at, body);
      }
      if (!isCut) return {};
      void provider?.stop();
      return { silent: true };
    }

    const node = (name: string, kind: string): NodePlan =>
      ({ name, labels: { kind }, taints: [], allocatable: { pods: "10" } }) as unknown as NodePlan;
    const inputs = (...nodes: NodePlan[]): Properties => ({ kubeconfig, region: "r", nodes });
    const shown = () =>
      [...store].map(([at, object]) => {
        const { metadata, spec } = object as {
          metadata: { labels: Properties };
          spec: { unschedulable?: boolean };
        };
        return [path.basename(at), metadata.labels["kind"], spec.unschedulable === true].join(" ");
      });

    for (const goal of ["finishes", "takes back"] as const) {
      it(`${goal} a change of nodes, at whichever write it was cut`, async () => {
        const before = inputs(node("a", "old"), node("b", "old"));
        const after = inputs(node("b", "new"), node("c", "new"));
        const wanted = goal === "finishes" ? after : before;
        const planned =
          goal === "finishes" ? ["b new false", "c new false"] : ["a old false", "b old false"];
        // Two nodes are applied; one is cordoned and deleted.
        let own = await next();
        for (let at = 1; at <= 4; at++) {
          store.clear();
          cut = undefined;
          const { properties: old } = await own.create(pool, before);
          cut = { at, done: at % 2 === 0 };
          changes = 0;
          await assert.rejects(own.update(pool, old, after, before), /CANCELLED|UNAVAILABLE/);
          assert.ok(changes >= at, `there was no write ${at}: ${server.lines.join()}`);
          cut = undefined;
          own = await next();
          assert.equal((await own.diff(pool, old, wanted, before)).some, true, `write ${at}`);
          const now = await own.update(pool, old, wanted, before);
          assert.deepEqual(shown().sort(), planned, `cut at write ${at}`);
          assert.equal((await own.diff(pool, now, wanted, wanted)).none, true);
        }
      });
    }

    it("finishes a bundle of manifests, at whichever write it was cut", async () => {
      const bundle = path.join(folder.dir, "bundle");
      fs.mkdirSync(bundle);
      for (const name of ["one", "two", "three"])
        fs.writeFileSync(
          path.join(bundle, `${name}.yaml`),
          `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, namespace: space}}`,
        );
      let own = await next();
      for (let at = 1; at <= 3; at++) {
        store.clear();
        cut = { at, done: at % 2 === 0 };
        changes = 0;
        const given = { kubeconfig, folder: bundle };
        await assert.rejects(own.create(manifests, given), /CANCELLED|UNAVAILABLE/);
        cut = undefined;
        own = await next();
        const { properties } = await own.create(manifests, given);
        assert.equal(store.size, 3);
        assert.equal(properties["count"], 3);
      }
    });
  });

  describe("on processes", () => {
    let instance: Instance;

    before(function () {
      try {
        toolPath("process-compose");
      } catch (error) {
        console.warn(`SKIPPED: the provider killed on processes. ${(error as Error).message}`);
        this.skip();
      }
    });
    beforeEach(() => {
      instance = instanceOf("test", folder.dir);
      prepareInstance(instance);
    });
    afterEach(async () => {
      await killProcesses(instance);
      fs.rmSync(instance.socket, { force: true });
    });

    /** A process that says which file it has read as it started. */
    const given = (text: string): Properties => {
      const dir = path.join(instance.filesDir, "thing");
      return {
        ...{ home: folder.dir, environment: "test", name: "thing", ports: [], variables: {} },
        command: ["bash", "-c", `cp ${dir}/settings ${dir}/read; while :; do sleep 1; done`],
        files: { settings: text },
      };
    };
    const running = () =>
      processesOf(instance).filter(({ command }) => command.includes("/settings"));
    const read = () => fs.readFileSync(path.join(instance.filesDir, "thing", "read"), "utf8");

    async function assertOne(text: string): Promise<void> {
      const deadline = Date.now() + 15_000;
      while (running().length !== 1 || read() !== text) {
        const found = `${running().length} processes`;
        assert.ok(Date.now() < deadline, `${found} instead of one that has read "${text}"`);
        await sleep(100);
      }
    }

    it("makes and changes a process, whenever it was killed: there is one, with the files that are wanted", async () => {
      const draw = random(20261129);
      let old: Properties | undefined;
      let own = await next();
      for (let round = 0; round < 4; round++) {
        const before = old;
        const wanted = given(`${round}`);
        const work =
          before === undefined ? own.create(service, wanted) : own.update(service, before, wanted);
        work.catch(() => {});
        await sleep(draw() * 1500);
        own = await next();
        if (before === undefined) old = (await own.create(service, wanted)).properties;
        else {
          assert.equal((await own.diff(service, before, wanted)).some, true);
          old = await own.update(service, before, wanted);
        }
        await assertOne(`${round}`);
      }
    });

    it("takes a change back that it had begun", async () => {
      const before = given("before");
      const { properties } = await (await next()).create(service, before);
      const work = (await next()).update(service, properties, given("after"));
      work.catch(() => {});
      await sleep(300);
      const second = await next();
      // The inputs are the old ones again: what is known of the work that was cut short makes it a change.
      if ((await second.diff(service, properties, before)).some)
        await second.update(service, properties, before);
      await assertOne("before");
    });
  });
});
