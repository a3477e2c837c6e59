import * as assert from "node:assert/strict";
import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Pods, tagOf } from "../../../../services/dataplane/pods";
import { ask, closed, listening } from "../../../support/http";
import { nodeObject, podObject } from "../../../support/pods";
import { until } from "../../../support/until";

const network = "127.201";

/** A port that is free on this network, as far as one can know. */
async function freePort(): Promise<number> {
  const server = http.createServer();
  const port = await listening(server, `${network}.0.1`);
  await closed(server);
  return port;
}

describe("The pods of a region", () => {
  let handler: http.Server;
  let pods: Pods;
  let port: number;
  let uids: string[];

  before(async () => (port = await freePort()));
  beforeEach(() => {
    handler = http.createServer((request, response) =>
      response.end(pods.at(request.socket.localAddress ?? "")?.facts.pod),
    );
    pods = new Pods(network, port, handler);
    uids = [];
  });
  afterEach(async () => {
    pods.replace([]);
    await until("nobody answers", () => pods.live().length === 0);
  });

  const addressOf = (uid: string) => pods.addresses.of(uid);
  /** What answers at a pod's address, or the code of the refusal. */
  const askAt = (host: string) =>
    ask({ host, port }).then(
      ({ text }) => text,
      (error: NodeJS.ErrnoException) => error.code,
    );
  const askPod = async (uid: string) => {
    await pods.opened(uid, 0);
    return askAt(addressOf(uid));
  };
  const add = (uid: string, fields = {}) => {
    uids.push(uid);
    pods.set(podObject(uid, fields));
  };

  it("answer each at an address of its own once they are ready", async () => {
    add("a");
    add("b");
    add("c", { ready: false });
    assert.deepEqual(await Promise.all(uids.map(askPod)), ["pod-a", "pod-b", "ECONNREFUSED"]);
    assert.equal(new Set(uids.map(addressOf)).size, 3);
    assert.deepEqual(
      pods.live().map(({ facts }) => facts.pod),
      ["pod-a", "pod-b"],
    );
    add("c");
    assert.equal(await askPod("c"), "pod-c");
  });

  it("refuse and cut off what is connected when they are no longer ready, and come back where they were", async () => {
    add("a");
    const address = addressOf("a");
    handler.removeAllListeners("request");
    const hanging = new Promise<void>((resolve) => handler.once("request", () => resolve()));
    const cut = assert.rejects(ask({ host: address, port }), { code: "ECONNRESET" });
    await hanging;
    add("a", { ready: false });
    await cut;
    assert.equal(await askPod("a"), "ECONNREFUSED");
    assert.equal(pods.at(address), undefined);
    handler.on("request", (_, response) => response.end("again"));
    add("a");
    assert.equal(await askPod("a"), "again");
    assert.equal(addressOf("a"), address);
  });

  it("answer for as long as their preStop hook sleeps when they are deleted", async () => {
    add("a", { sleep: 0.15 });
    add("b");
    const [a, b] = [addressOf("a"), addressOf("b")];
    await Promise.all(uids.map(askPod));
    const begin = Date.now();
    for (const uid of uids) pods.remove(podObject(uid, uid === "a" ? { sleep: 0.15 } : {}));
    await until("b has gone", () => pods.live().length === 1);
    assert.deepEqual([await askAt(a), await askAt(b)], ["pod-a", "ECONNREFUSED"]);
    await until("a has gone", () => pods.live().length === 0);
    const took = Date.now() - begin;
    assert.ok(took >= 140 && took < 2000, `${took} ms`);
    assert.equal(await askAt(a), "ECONNREFUSED");
    // Both addresses were given back: a new pod of the same uid is another.
    assert.ok(![a, b].includes(addressOf("a")));
  });

  it("are cut short by no second word of their deletion", async () => {
    add("a", { sleep: 0.1 });
    const address = addressOf("a");
    await askPod("a");
    pods.remove(podObject("a", { sleep: 0.1 }));
    pods.remove(podObject("a"));
    pods.replace([]);
    await sleep(40);
    assert.equal(await askAt(address), "pod-a");
    await until("it has gone", () => pods.live().length === 0);
  });

  it("are lost with their node, and back with it", async () => {
    pods.nodes.replace([nodeObject("n-0"), nodeObject("m-0")]);
    add("a", { node: "n-0" });
    add("b", { node: "m-0" });
    add("c", { node: "n-0", ready: false });
    pods.nodes.set(nodeObject("n-0", false));
    assert.deepEqual(await Promise.all(uids.map(askPod)), [
      "ECONNREFUSED",
      "pod-b",
      "ECONNREFUSED",
    ]);
    // Told of them again while it is lost: nothing answers there, whatever the pod's status says.
    add("a", { node: "n-0" });
    add("d", { node: "n-0" });
    assert.deepEqual([await askPod("a"), await askPod("d")], ["ECONNREFUSED", "ECONNREFUSED"]);
    pods.nodes.set(nodeObject("n-0"));
    assert.deepEqual(await Promise.all(["a", "b", "c", "d"].map(askPod)), [
      "pod-a",
      "pod-b",
      "ECONNREFUSED",
      "pod-d",
    ]);
  });

  it("answer no longer for their preStop hook when their node is lost", async () => {
    pods.nodes.replace([nodeObject("n-0"), nodeObject("m-0")]);
    for (const [uid, node] of [
      ["a", "n-0"],
      ["b", "m-0"],
    ] as const) {
      add(uid, { node, sleep: 1 });
      await askPod(uid);
      pods.remove(podObject(uid, { node, sleep: 1 }));
    }
    pods.nodes.set(nodeObject("n-0", false));
    assert.deepEqual(await Promise.all(["a", "b"].map(askPod)), ["ECONNREFUSED", "pod-b"]);
  });

  it("are lost on a node that was never ready", async () => {
    add("a", { node: "n-0" });
    pods.nodes.set({ metadata: { name: "n-0" } });
    assert.equal(await askPod("a"), "ECONNREFUSED");
  });

  it("keep the work in hand when their labels change", () => {
    add("a");
    const before = pods.at(addressOf("a"));
    add("a", { labels: { "meridian.dev/app": "blog", "app.kubernetes.io/version": "2" } });
    const after = pods.at(addressOf("a"));
    assert.ok(before && after);
    assert.equal(after.work, before.work);
    assert.deepEqual([after.facts.app, after.facts.version], ["blog", "2"]);
    assert.equal(pods.live().length, 1);
  });

  it("go when a new list is without them, and only they", async () => {
    for (const uid of ["a", "b", "c"]) add(uid);
    const [, b] = uids.map(addressOf);
    await Promise.all(uids.map(askPod));
    pods.replace([podObject("a"), podObject("c", { ready: false }), podObject("d")]);
    await until("b has gone", () => pods.at(b ?? "") === undefined);
    assert.deepEqual(
      pods.live().map(({ facts }) => facts.pod),
      ["pod-a", "pod-d"],
    );
    assert.equal(await askAt(b ?? ""), "ECONNREFUSED");
  });

  it("say who they are", () => {
    pods.nodes.set(nodeObject("eu-west-1a-0", true, "zone-of-the-node"));
    const factsOf = (fields: object) => {
      add("a", fields);
      return pods.at(addressOf("a"))?.facts;
    };
    assert.deepEqual(factsOf({}), {
      app: "shop",
      version: "1",
      pod: "pod-a",
      namespace: "shop",
      node: "eu-west-1a-0",
      zone: "zone-of-the-node",
    });
    // Without the platform's labels: the common one, the image's tag; a node's zone by its name.
    const bare = { labels: { "app.kubernetes.io/name": "x" }, image: "i:7", node: "us-east-1c-12" };
    assert.deepEqual(factsOf(bare), {
      app: "x",
      version: "7",
      pod: "pod-a",
      namespace: "shop",
      node: "us-east-1c-12",
      zone: "us-east-1c",
    });
    assert.equal(factsOf({ labels: {} })?.app, "pod-a");
  });

  it("are waited for, but no longer than a moment", async () => {
    const begin = Date.now();
    await pods.opened("nobody", 60);
    assert.ok(Date.now() - begin >= 55);
    const late = pods.opened("a", 3000).then(() => askAt(addressOf("a")));
    await sleep(20);
    add("a");
    assert.equal(await late, "pod-a");
  });
});

describe("The version of an image", () => {
  for (const [image, version] of [
    ["ghcr.io/owner/name:6.9.2", "6.9.2"],
    ["registry:5000/name", "latest"],
    ["registry:5000/name:1", "1"],
    ["name@sha256:abc", "sha256:abc"],
    ["", "latest"],
  ] as const)
    it(`${image} is ${version}`, () => assert.equal(tagOf(image), version));
});
