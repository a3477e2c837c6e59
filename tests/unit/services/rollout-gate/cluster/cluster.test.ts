import * as assert from "node:assert/strict";
import type { GateMark } from "../../../../../infra/plan/rollouts/mark";
import type { RolloutObject } from "../../../../../infra/plan/rollouts/object";
import { type Cluster, startCluster } from "../../../../../services/rollout-gate/cluster";
import type { GateConfig } from "../../../../../services/rollout-gate/config";
import { KubeStore, type Stored } from "../../../../support/kubeStore";
import {
  abortedBy,
  abortMessages,
  FakeFlags,
  knownAs,
  rolloutOf,
  storedTemplateOf,
  templateOf,
} from "../../../../support/rollouts";
import { until } from "../../../../support/until";

const rolloutPath = "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/orders";
const secretPath = "/api/v1/namespaces/shop/secrets/rollout-gate";
const stablePath = "/api/v1/namespaces/shop/configmaps/rollout-gate-orders";
const wantedKey = "meridian.dev/wanted-template";
const token = Buffer.from("token of shop").toString("base64");
const on = (percentage: number) => knownAs({ kind: "on", percentage });
const off = knownAs({ kind: "off" });

describe("The gate's cluster half", () => {
  let region: KubeStore;
  let federation: KubeStore;
  let flags: FakeFlags;
  let cluster: Cluster | undefined;
  let log: string[];

  beforeEach(async () => {
    [region, federation] = await Promise.all([KubeStore.start(), KubeStore.start()]);
    flags = new FakeFlags();
    flags.set("orders", on(10));
    log = [];
  });
  afterEach(async () => {
    cluster?.stop();
    await Promise.all([region.leave(), federation.leave()]);
    assert.equal(flags.heardBy, 0);
  });

  const start = () => {
    const config = {
      region: { name: "eu-west-1", location: "Ireland", role: "member", attributes: {} },
      api: region.api,
      federation: federation.api,
    } as unknown as GateConfig;
    const tokenOf = (namespace: string) => `token of ${namespace}`;
    cluster = startCluster({ config, flags, tokenOf, log: (line) => log.push(line) });
  };
  const put = (rollout: RolloutObject) =>
    region.put(rolloutPath, structuredClone(rollout) as unknown as Stored);
  const rollout = () => region.get(rolloutPath) as unknown as RolloutObject | undefined;
  const mark = () => {
    const text = rollout()?.metadata.annotations?.["meridian.dev/gate"];
    return text === undefined ? undefined : (JSON.parse(text) as GateMark);
  };
  const said = () => (federation.get(stablePath)?.["data"] ?? {}) as Record<string, string>;
  const secretOf = (path = secretPath) => region.get(path)?.["data"] as unknown;
  const putReplicaSet = (version: string, owner = "orders") =>
    region.put(`/apis/apps/v1/namespaces/shop/replicasets/${owner}-${version}`, {
      metadata: {
        name: `${owner}-${version}`,
        labels: { "rollouts-pod-template-hash": version },
        ownerReferences: [{ kind: "Rollout", name: owner }],
      },
      spec: { template: storedTemplateOf(`${version}${owner === "orders" ? "" : owner}`) },
    });
  /** Waits until nothing has been asked for longer than any look would wait. */
  const settled = async () => {
    let [count, since] = [-1, 0];
    await until("nothing more is asked", () => {
      const now = region.asked.length + federation.asked.length;
      if (now !== count) [count, since] = [now, performance.now()];
      return performance.now() - since > 350;
    });
  };

  describe("tokens", () => {
    it("are written into each namespace that has a Rollout, those that come later too", async () => {
      put(rolloutOf());
      start();
      await until("a Secret", () => secretOf() !== undefined);
      assert.deepEqual(region.get(secretPath)?.["type"], "Opaque");
      assert.deepEqual(secretOf(), { token });
      const metadata = { ...rolloutOf().metadata, namespace: "other" };
      const path = rolloutPath.replace("shop", "other");
      region.put(path, { ...rolloutOf(), metadata } as unknown as Stored);
      const other = secretPath.replace("shop", "other");
      await until("another", () => secretOf(other) !== undefined);
      assert.deepEqual(secretOf(other), {
        token: Buffer.from("token of other").toString("base64"),
      });
    });

    it("are mended when they are wrong, and left alone when they are right", async () => {
      const metadata = { name: "rollout-gate", namespace: "shop" };
      region.put(secretPath, { metadata, data: { token: "wrong", more: "kept" } });
      put(rolloutOf());
      start();
      await until("it is mended", () => (secretOf() as { token: string }).token === token);
      assert.deepEqual(secretOf(), { token, more: "kept" });
      await settled();
      assert.equal(region.changesOf(secretPath).length, 1);
    });

    it("are tried again when the API server refuses, which keeps nothing else from being done", async () => {
      let refusals = 0;
      region.fail = ({ path }) => (path.includes("secrets") && refusals++ < 2 ? 500 : undefined);
      put(rolloutOf());
      start();
      await until("a mark", () => mark() !== undefined);
      await until("a Secret", () => secretOf() !== undefined);
      assert.ok(
        log.some((line) => /^shop\/orders: token: GET .*: 500 as the test/.test(line)),
        log.join("\n"),
      );
    });
  });

  describe("marks", () => {
    it("say what holds a Rollout, and follow the flag and the Rollout", async () => {
      put(rolloutOf());
      start();
      await until("a mark", () => mark() !== undefined);
      assert.deepEqual(
        [mark()?.verdict, mark()?.phase, mark()?.region],
        ["allowed", "stepping", "eu-west-1"],
      );
      assert.ok(Math.abs(Date.parse(mark()?.at ?? "") - Date.now()) < 10_000);
      flags.set("orders", on(5));
      await until("it follows the flag", () => mark()?.phase === "waiting");
      put({ ...rollout(), ...rolloutOf({ currentStepIndex: 4 }) });
      await until("it follows the Rollout", () => mark()?.phase === "held");
      assert.deepEqual([mark()?.weight, mark()?.percentage], [50, 5]);
    });

    it("settle: their own writing is no news, nor is an event storm, nor a restart", async () => {
      put(rolloutOf());
      start();
      await until("a mark", () => mark() !== undefined);
      await settled();
      for (let count = 0; count < 500; count++) region.touch(rolloutPath);
      for (let count = 0; count < 500; count++) flags.set("orders", on(10));
      await settled();
      cluster?.stop();
      start();
      await settled();
      assert.equal(region.changesOf(rolloutPath).length, 1);
      assert.ok(region.asked.length < 40, `${region.asked.length}`);
    });

    it("are tried again after a 500, and not on a Rollout that is gone", async () => {
      let refusals = 0;
      region.fail = ({ method }) => (method === "PATCH" && refusals++ < 2 ? 500 : undefined);
      put(rolloutOf());
      start();
      await until("a mark", () => mark() !== undefined);
      region.fail = ({ method }) => (method === "PATCH" ? 404 : undefined);
      flags.set("orders", off);
      await until("it was tried", () => region.changesOf(rolloutPath).length === 4);
      await settled();
      assert.equal(region.changesOf(rolloutPath).length, 4);
      region.delete(rolloutPath);
      flags.set("orders", on(50));
      await settled();
      assert.equal(region.changesOf(rolloutPath).length, 4);
    });

    it("are taken away where there are no gates any more", async () => {
      const { metadata } = rolloutOf({}, { "meridian.dev/gate": "{}", kept: "yes" });
      put({ metadata, spec: { template: templateOf("v1"), strategy: { canary: { steps: [] } } } });
      start();
      await until(
        "it is gone",
        () => rollout()?.metadata.annotations?.["meridian.dev/gate"] === undefined,
      );
      assert.deepEqual(rollout()?.metadata.annotations, { kept: "yes" });
    });

    it("wait for flags that are still being heard after a start", async () => {
      flags.set("orders", knownAs({ kind: "on", percentage: 10 }, false));
      put(rolloutOf());
      start();
      await until("a Secret", () => secretOf() !== undefined);
      await settled();
      assert.equal(mark(), undefined);
      await until("it is said all the same", () => mark()?.verdict === "hold");
    });
  });

  describe("beginning again", () => {
    const begun = () => region.changesOf(`${rolloutPath}/status`);

    it("is when the flag is on again, by the status alone, as kubectl does it", async () => {
      flags.set("orders", off);
      put(rolloutOf({ ...abortedBy(abortMessages.byGate), observedGeneration: "1" }));
      start();
      await until("it says so", () => mark()?.phase === "killed");
      assert.deepEqual(begun(), []);
      flags.set("orders", on(10));
      await until("it is begun", () => rollout()?.status?.abort === false);
      assert.deepEqual(begun(), [{ status: { abort: false } }]);
      const change = region.changes.find(({ path }) => path.endsWith("/status"));
      assert.equal(change?.contentType, "application/merge-patch+json");
      await until("it says so", () => mark()?.phase === "stepping");
    });

    it("is at once after an error of the analysis, though the flag is not known", async () => {
      flags.set("orders", knownAs(undefined));
      put(rolloutOf(abortedBy(abortMessages.byError)));
      start();
      await until("it is begun", () => rollout()?.status?.abort === false);
    });

    it("is not what a person has aborted", async () => {
      put(rolloutOf(abortedBy(abortMessages.byPerson)));
      start();
      await until("it says so", () => mark()?.phase === "killed");
      await settled();
      assert.deepEqual(begun(), []);
    });

    it("is no oftener than every five seconds, however often it is aborted", async () => {
      put(rolloutOf(abortedBy(abortMessages.byError)));
      start();
      await until("it is begun", () => begun().length === 1);
      const first = performance.now();
      while (performance.now() - first < 1000) {
        put({
          ...rolloutOf(abortedBy(abortMessages.byError)),
          metadata: rollout()?.metadata ?? rolloutOf().metadata,
        });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal(begun().length, 1);
      await until("it is begun again", () => begun().length === 2, 6000);
      assert.ok(performance.now() - first >= 4900);
    }).timeout(15_000);
  });

  describe("the first version", () => {
    const came = (status: RolloutObject["status"]) => {
      const { metadata, spec, ...rest } = rolloutOf(
        { currentPodHash: "v1", ...status },
        { [wantedKey]: JSON.stringify(templateOf("v2")) },
      );
      return { ...rest, metadata, spec: { ...spec, template: templateOf("v1") } };
    };

    it("gives way to the wanted one once it is healthy", async () => {
      put(came({ phase: "Progressing" }));
      start();
      await until("it waits", () => mark()?.phase === "waiting");
      assert.deepEqual(rollout()?.spec?.template, templateOf("v1"));
      put({ ...came({ phase: "Healthy" }), metadata: rollout()?.metadata ?? came({}).metadata });
      await until("it gives way", () => rollout()?.metadata.annotations?.[wantedKey] === undefined);
      assert.deepEqual(rollout()?.spec?.template, templateOf("v2"));
      assert.ok(rollout()?.metadata.annotations?.["meridian.dev/gate"]);
    });

    it("never overwrites a newer one: a conflict is looked at as it is then", async () => {
      let conflicts = 0;
      region.fail = ({ method, path }) => {
        if (method !== "PATCH" || path !== rolloutPath || conflicts++ > 0) return undefined;
        // Karmada is faster, and the admission forgets what was wanted.
        const { metadata, ...rest } = came({ phase: "Healthy", observedGeneration: "2" });
        put({
          ...rest,
          metadata: { ...metadata, annotations: {} },
          spec: { template: templateOf("v3") },
        });
        return undefined;
      };
      put(came({ phase: "Healthy" }));
      start();
      await until("a conflict", () => log.some((line) => line.includes("wanted version: PATCH")));
      await settled();
      assert.deepEqual(rollout()?.spec?.template, templateOf("v3"));
      assert.equal(rollout()?.metadata.annotations?.[wantedKey], undefined);
    });
  });

  describe("stable versions", () => {
    const stable = () =>
      JSON.parse(said()["eu-west-1"] ?? "null") as Record<string, unknown> | null;
    const plain = { ...storedTemplateOf("v1"), metadata: templateOf("v1").metadata };

    it("are told to the federation with their templates, beside what others say", async () => {
      const metadata = { name: "rollout-gate-orders", namespace: "shop" };
      federation.put(stablePath, { metadata, data: { "us-east-1": "theirs" } });
      putReplicaSet("v1", "another");
      putReplicaSet("v1");
      put(rolloutOf());
      start();
      await until("it is told", () => stable() !== null);
      assert.deepEqual({ ...stable(), at: "" }, { hash: "v1", template: plain, at: "" });
      assert.equal(said()["us-east-1"], "theirs");
      const path = "/apis/apps/v1/namespaces/shop/replicasets";
      assert.ok(region.asked.includes(`GET ${path}?labelSelector=rollouts-pod-template-hash%3Dv1`));
    });

    it("are told once, after a restart too, and again when they change", async () => {
      putReplicaSet("v1");
      putReplicaSet("v2");
      put(rolloutOf());
      start();
      await until("it is told", () => stable() !== null);
      assert.deepEqual(federation.get(stablePath)?.metadata.labels, undefined);
      region.touch(rolloutPath);
      await settled();
      cluster?.stop();
      start();
      await settled();
      assert.equal(federation.changes.filter(({ method }) => method === "POST").length, 1);
      const before = federation.changes.length;
      put({
        ...rolloutOf({ stableRS: "v2", currentPodHash: "v2" }),
        metadata: rollout()?.metadata ?? rolloutOf().metadata,
      });
      await until("it is told again", () => stable()?.["hash"] === "v2");
      assert.equal(federation.changes.length, before + 1);
    });

    it("wait for the namespace, and for a federation that is away, while all else goes on", async () => {
      await federation.leave();
      putReplicaSet("v1");
      put(rolloutOf());
      start();
      await until("a mark", () => mark() !== undefined);
      flags.set("orders", on(5));
      await until("the mark follows", () => mark()?.percentage === 5);
      let refusals = 0;
      federation.fail = ({ method }) => (method === "POST" && refusals++ < 2 ? 404 : undefined);
      await federation.comeBack();
      await until("it is told", () => stable() !== null);
      assert.equal(refusals, 3);
    });

    it("wait for their ReplicaSet, and there are none before the first", async () => {
      put(rolloutOf({ stableRS: "" }));
      start();
      await until("a mark", () => mark() !== undefined);
      await settled();
      assert.deepEqual(federation.asked, []);
      put({ ...rolloutOf(), metadata: rollout()?.metadata ?? rolloutOf().metadata });
      await until("it is looked for", () =>
        region.asked.some((line) => line.includes("replicasets")),
      );
      await settled();
      assert.deepEqual(federation.changes, []);
      putReplicaSet("v1");
      region.touch(rolloutPath);
      await until("it is told", () => stable() !== null);
    });
  });
});
