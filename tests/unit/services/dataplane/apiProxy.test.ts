import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { apiProxy } from "../../../../services/dataplane/apiProxy";
import type { DataplaneConfig } from "../../../../services/dataplane/config";
import { GatewayRoutes } from "../../../../services/dataplane/gatewayRoutes";
import { Pods } from "../../../../services/dataplane/pods";
import type { EndpointSlice } from "../../../../services/dataplane/slices";
import { ask, closed, listening } from "../../../support/http";
import { podObject } from "../../../support/pods";
import { TokenApi } from "../../../support/tokenApi";
import { until } from "../../../support/until";

const slices = "/apis/discovery.k8s.io/v1/endpointslices";

function slice(name: string, uids: readonly string[], ready = true): EndpointSlice {
  return {
    metadata: { name, namespace: "shop" },
    addressType: "IPv4",
    endpoints: uids.map((uid, i) => ({
      addresses: [`10.0.0.${i}`],
      conditions: { ready },
      targetRef: { kind: "Pod", uid },
    })),
    ports: [{ port: 9898 }],
  };
}

const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;

describe("The cluster's API as the gateway sees it", () => {
  let fake: TokenApi;
  let proxy: http.Server;
  let pods: Pods;
  let port: number;
  let podPort: number;

  before(async () => {
    fake = await TokenApi.start();
    const probe = http.createServer();
    podPort = await listening(probe, "127.203.0.1");
    await closed(probe);
  });
  beforeEach(async () => {
    fake.asked.length = 0;
    pods = new Pods("127.203", podPort, http.createServer());
    await start(1000);
  });
  afterEach(async () => {
    await closed(proxy);
    pods.replace([]);
    await until("nobody answers", () => pods.live().length === 0);
  });

  after(() => fake.leave());

  const start = async (openMs: number) => {
    const config = { api: fake.api, podPort } as DataplaneConfig;
    proxy = apiProxy({ config, pods, gatewayRoutes: new GatewayRoutes(), openMs });
    port = await listening(proxy);
  };
  const own = { authorization: "Bearer t0ken" };
  const get = (path: string, method = "GET", headers = own) => ask({ port, path, method, headers });
  /** The slice as it is to be shown. */
  const shown = (given: EndpointSlice) => ({
    ...given,
    endpoints: (given.endpoints ?? []).map((each) => ({
      ...each,
      addresses: [pods.addresses.of(each.targetRef?.uid ?? "")],
    })),
    ports: [{ port: podPort }],
  });
  /** Begins a watch; `lines` grows as events come. */
  const watch = async (path: string) => {
    const upstream = new Promise<http.ServerResponse>((resolve) => {
      fake.answer = (_, response) => {
        response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
        resolve(response);
      };
    });
    const request = http.get({ port, path, agent: false, headers: own });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    let text = "";
    const state = { ended: false, cut: false };
    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    response.on("end", () => (state.ended = true)).on("error", () => (state.cut = true));
    const lines = () => text.split("\n").slice(0, -1);
    const events = () => lines().map((line) => JSON.parse(line) as unknown);
    return { response, request, state, events, upstream };
  };

  it("is the cluster's own: code, type and body as they are, asked with the caller's token", async () => {
    const path = "/apis/traefik.io/v1alpha1/ingressroutes?limit=5&continue=x%2Fy";
    fake.answer = (_, response) =>
      response
        .writeHead(202, { "content-type": "application/x", "x-other": "1" })
        .end("{ as it is");
    const { status, headers, text } = await get(path);
    assert.deepEqual(
      [status, headers["content-type"], headers["x-other"], text],
      [202, "application/x", undefined, "{ as it is"],
    );
    assert.deepEqual(fake.asked, [`GET ${path}`]);
    fake.answer = (_, response) => response.writeHead(404).end("no such thing");
    const missing = await get(slices);
    assert.deepEqual([missing.status, missing.text], [404, "no such thing"]);
    assert.equal(missing.headers["content-type"], "application/json");
  });

  for (const path of [slices, `${slices}?limit=500`, slices.replace("v1/", "v1/namespaces/shop/")])
    it(`has loopback addresses in the list at ${path}`, async () => {
      const items = [slice("one", ["a", "b"], false), slice("two", [])];
      const list = { kind: "EndpointSliceList", metadata: { resourceVersion: "7" }, items };
      fake.answer = (_, response) => response.end(JSON.stringify(list));
      const { status, text } = await get(path);
      assert.equal(status, 200);
      assert.deepEqual(JSON.parse(text), { ...list, items: items.map(shown) });
      assert.deepEqual(fake.asked, [`GET ${path}`]);
    });

  it("leaves another kind of that name as it is", async () => {
    const body = JSON.stringify({ items: [slice("one", ["a"])] });
    fake.answer = (_, response) => response.end(body);
    for (const path of [slices.replace("/v1/", "/v2/"), `${slices}/x`, `/x${slices}`])
      assert.equal((await get(path)).text, body, path);
  });

  it("has loopback addresses in the events of a watch, wherever their chunks end", async () => {
    const { upstream, events, state } = await watch(`${slices}?watch=true&resourceVersion=7`);
    const bookmark = { metadata: { name: "", resourceVersion: "9" } };
    const gone = { kind: "Status", code: 410, metadata: {} };
    const text = Buffer.from(
      event("ADDED", slice("ü", ["a"], false)) +
        event("BOOKMARK", bookmark) +
        event("DELETED", slice("b", ["b"], false)) +
        event("ERROR", gone),
    );
    const source = await upstream;
    for (let at = 0; at < text.length; at += 37) {
      source.write(text.subarray(at, at + 37));
      await sleep(0);
    }
    await until("four events", () => events().length === 4);
    assert.deepEqual(events(), [
      { type: "ADDED", object: shown(slice("ü", ["a"], false)) },
      { type: "BOOKMARK", object: bookmark },
      { type: "DELETED", object: shown(slice("b", ["b"], false)) },
      { type: "ERROR", object: gone },
    ]);
    source.end();
    await until("the watch ends", () => state.ended);
  });

  it("shows a slice only when its ready pods can be reached, and events in their order", async () => {
    const { upstream, events } = await watch(`${slices}?watch=1`);
    const source = await upstream;
    source.write(event("ADDED", slice("one", ["a"])) + event("ADDED", slice("two", [])));
    await sleep(100);
    assert.deepEqual(events(), []);
    pods.set(podObject("a"));
    await until("both events", () => events().length === 2);
    assert.deepEqual(events(), [
      { type: "ADDED", object: shown(slice("one", ["a"])) },
      { type: "ADDED", object: shown(slice("two", [])) },
    ]);
    source.end();
  });

  it("lists a slice only when its ready pods can be reached, but waits no longer than is told", async () => {
    fake.answer = (_, response) =>
      response.end(JSON.stringify({ items: [slice("one", ["a", "never"])] }));
    await closed(proxy);
    await start(80);
    const begin = Date.now();
    const { text } = await get(slices);
    const took = Date.now() - begin;
    assert.ok(took >= 75 && took < 1500, `${took} ms`);
    assert.deepEqual(JSON.parse(text), { items: [shown(slice("one", ["a", "never"]))] });
  });

  for (const [path, kind] of [
    ["/api/v1/secrets", "SecretList"],
    ["/api/v1/secrets?limit=500", "SecretList"],
    ["/api/v1/namespaces/shop/secrets", "SecretList"],
    ["/api/v1/configmaps", "ConfigMapList"],
    ["/api/v1/namespaces/shop/configmaps?resourceVersion=0", "ConfigMapList"],
  ] as const)
    it(`has nothing at ${path}, and asks nobody`, async () => {
      const { status, text } = await get(path);
      assert.equal(status, 200);
      assert.deepEqual(JSON.parse(text), {
        kind,
        apiVersion: "v1",
        metadata: { resourceVersion: "1" },
        items: [],
      });
      assert.deepEqual(fake.asked, []);
    });

  it("ends the list that a watch of secrets begins with, for clients that wait for its end", async () => {
    const { response, request } = await watch("/api/v1/secrets?watch=1&sendInitialEvents=true");
    const [chunk] = (await once(response, "data")) as [Buffer];
    const { type, object } = JSON.parse(chunk.toString()) as {
      type: string;
      object: { kind: string; metadata: { annotations: Record<string, string> } };
    };
    assert.deepEqual([type, object.kind], ["BOOKMARK", "Secret"]);
    assert.equal(object.metadata.annotations["k8s.io/initial-events-end"], "true");
    request.destroy();
  });

  it("lets secrets be watched: nothing ever comes, and nobody is asked", async () => {
    const { response, request, state } = await watch("/api/v1/secrets?watch=1");
    assert.equal(response.statusCode, 200);
    await sleep(30);
    assert.deepEqual([state.ended, state.cut, fake.asked], [false, false, []]);
    request.destroy();
  });

  it("lends its own rights to nobody: who shows no token is refused, and who shows another is that one", async () => {
    fake.answer = (_, response) => response.end("what only the right token gets");
    for (const authorization of ["", "Basic t0ken", "Bearer"])
      for (const path of ["/api/v1/pods", slices, "/api/v1/secrets"])
        assert.equal((await get(path, "GET", { authorization })).status, 401, authorization);
    assert.deepEqual(fake.asked, []);
    const { status } = await get("/api/v1/pods", "GET", { authorization: "Bearer another" });
    assert.equal(status, 401);
    assert.deepEqual(fake.asked, ["GET /api/v1/pods"]);
  });

  it("is for reading: whatever would write is refused, and nobody is asked", async () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
      for (const path of ["/api/v1/pods", slices, "/api/v1/secrets"])
        assert.equal((await get(path, method)).status, 405, `${method} ${path}`);
    assert.deepEqual(fake.asked, []);
  });

  it("answers 502 while the cluster's API is away", async () => {
    await fake.leave();
    for (const path of ["/api/v1/services", slices, `${slices}?watch=1`])
      assert.equal((await get(path)).status, 502);
    await fake.comeBack();
    fake.answer = (_, response) => response.end("back");
    assert.equal((await get("/api/v1/services")).text, "back");
  });

  it("cuts a watch off when the cluster's API goes away, so that the gateway asks anew", async () => {
    for (const path of [`${slices}?watch=1`, "/api/v1/services?watch=1"]) {
      const { upstream, state } = await watch(path);
      await upstream;
      await fake.leave();
      await until("the watch is cut off", () => state.cut);
      await fake.comeBack();
    }
  });

  it("lives on when a list or an event is cut short or makes no sense", async () => {
    fake.answer = (_, response) => {
      response.write('{"items": [');
      setTimeout(() => response.destroy(), 10);
    };
    await assert.rejects(get(slices), { code: "ECONNRESET" });
    fake.answer = (_, response) => response.end("no JSON");
    await assert.rejects(get(slices), { code: "ECONNRESET" });
    const { upstream, state } = await watch(`${slices}?watch=1`);
    (await upstream).write("no JSON\n");
    await until("the watch is cut off", () => state.cut);
    fake.answer = (_, response) => response.end(JSON.stringify({ items: [] }));
    assert.equal((await get(slices)).text, '{"items":[]}');
  });

  it("leaves no watch behind when the gateway goes", async () => {
    for (const path of [`${slices}?watch=1`, "/api/v1/services?watch=1"]) {
      const { upstream, request } = await watch(path);
      const left = once(await upstream, "close");
      request.destroy();
      await left;
    }
  });
});
