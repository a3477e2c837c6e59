import * as assert from "node:assert/strict";
import type * as http from "node:http";
import { adminServer } from "../../../../services/dataplane/admin";
import { Behaviours, ordinary } from "../../../../services/dataplane/behaviour";
import { Edge } from "../../../../services/dataplane/edge";
import { type EdgeState, verdict } from "../../../../services/dataplane/health";
import { GatewayRoutes } from "../../../../services/dataplane/gatewayRoutes";
import { Metrics } from "../../../../services/dataplane/metrics";
import { Routes } from "../../../../services/dataplane/routes";
import { ReadyCounts } from "../../../../services/dataplane/slices";
import { ask, closed, listening } from "../../../support/http";

/** An edge whose state a test writes. */
class StillEdge extends Edge {
  still: EdgeState = {
    region: "eu-west-1",
    gateway: true,
    apiServer: true,
    apps: { shop: true, blog: false },
  };
  others: EdgeState[] = [];
  override known = () => this.still;
  override verdict = (app?: string) => verdict(this.still, app, this.others);
}

const token = "t0ken";

describe("The data plane's own door", () => {
  let server: http.Server;
  let edge: StillEdge;
  let behaviours: Behaviours;
  let port: number;

  beforeEach(async () => {
    edge = new StillEdge(
      { region: "eu-west-1", api: { server: "https://127.0.0.1", ca: "", token } } as never,
      { ready: new ReadyCounts(), routes: new Routes(), gatewayRoutes: new GatewayRoutes() },
      () => ({}),
    );
    behaviours = new Behaviours();
    const metrics = new Metrics("eu-west-1", () => []);
    server = adminServer({ region: "eu-west-1", token, edge, behaviours, metrics });
    port = await listening(server);
  });
  afterEach(() => closed(server));

  const call = async (
    method: string,
    path: string,
    body?: string | Buffer | (string | Buffer)[],
    authorization = `Bearer ${token}`,
  ) => {
    const options = { port, method, path, headers: { authorization } };
    const { status, headers, text } = await ask(options, body);
    assert.equal(headers["cache-control"], "no-store");
    const json = headers["content-type"] === "application/json";
    return { status, body: json ? (JSON.parse(text) as unknown) : text };
  };
  const get = (path: string) => call("GET", path);
  const put = (path: string, value: unknown) => call("PUT", path, JSON.stringify(value));
  const own = { edge: "meridian-edge", region: "eu-west-1" };

  it("tells of the region's health, of an app's, and what it knows for the others", async () => {
    const good = { status: 200, body: { ...own, healthy: true, failing: [] } };
    for (const path of ["/healthz", "/healthz/", "/healthz/shop", "/healthz?x=/y"])
      assert.deepEqual(await get(path), good, path);
    edge.others = [{ ...edge.still, region: "us-east-1", apps: { shop: true, blog: true } }];
    assert.deepEqual(await get("/healthz/blog"), {
      status: 503,
      body: { ...own, healthy: false, failing: ["replicas or route of blog"] },
    });
    edge.others = [];
    assert.deepEqual(await get("/healthz/blog"), {
      status: 200,
      body: {
        ...own,
        healthy: true,
        failing: ["replicas or route of blog"],
        guard: "no other region passes this check",
      },
    });
    edge.still = { ...edge.still, gateway: false };
    assert.equal((await get("/healthz")).status, 503);
    assert.deepEqual(await get("/healthz/state"), { status: 200, body: edge.still });
  });

  it("lets nobody change a setting who does not show its token", async () => {
    const refused = {
      status: 401,
      body: { error: "settings need the token of this data plane" },
    };
    for (const shown of ["", "Bearer", "Bearer other", `Basic ${token}`, `bearer x ${token}`]) {
      assert.deepEqual(await call("PUT", "/behaviours/shop", "{}", shown), refused, shown);
      assert.deepEqual(await call("DELETE", "/behaviours/shop", undefined, shown), refused);
      assert.deepEqual(await call("PUT", "/drills/healthz", "503", shown), refused);
    }
    assert.deepEqual(behaviours.all(), {});
    assert.equal(edge.lie, undefined);
    assert.equal((await call("GET", "/behaviours", undefined, "")).status, 200);
  });

  it("gives metrics as Prometheus reads them", async () => {
    const { status, body } = await get("/metrics");
    assert.equal(status, 200);
    assert.match(String(body), /^# TYPE http_requests_total counter$/m);
  });

  it("sets, shows and takes away how an app's pods behave", async () => {
    const slow = { latencyMs: 5, versions: { "2": { errorRate: 1 } } };
    assert.deepEqual(await get("/behaviours"), { status: 200, body: {} });
    assert.deepEqual(await put("/behaviours/shop", slow), { status: 200, body: { shop: slow } });
    assert.deepEqual(behaviours.of("shop", "1"), { ...ordinary, latencyMs: 5 });
    assert.deepEqual(await put("/behaviours/blog", {}), {
      status: 200,
      body: { shop: slow, blog: {} },
    });
    assert.deepEqual(await get("/behaviours"), { status: 200, body: { shop: slow, blog: {} } });
    assert.deepEqual(await call("DELETE", "/behaviours/shop"), { status: 200, body: { blog: {} } });
    assert.deepEqual(behaviours.of("shop", "1"), ordinary);
  });

  it("refuses settings that are wrong, with what is wrong, and keeps those that it had", async () => {
    await put("/behaviours/shop", { latencyMs: 5 });
    assert.deepEqual(await put("/behaviours/shop", { errorRate: 2, versions: { v: 1 } }), {
      status: 400,
      body: {
        diagnostics: ["errorRate: 2 is not a number from 0 to 1", "versions.v: expected an object"],
      },
    });
    const noJson = {
      status: 400,
      body: { diagnostics: ["the body is not JSON, or too large"] },
    };
    for (const body of ["", "{", "latencyMs=5", Buffer.from([0xff, 0xfe])])
      assert.deepEqual(await call("PUT", "/behaviours/shop", body), noJson);
    for (const path of ["/behaviours", "/behaviours/"])
      assert.deepEqual(await put(path, {}), { status: 404, body: { error: "name an app" } });
    for (const method of ["POST", "PATCH"])
      assert.equal((await call(method, "/behaviours/shop", "{}")).status, 405);
    assert.deepEqual(behaviours.all(), { shop: { latencyMs: 5 } });
  });

  it("reads a body of 64 KiB and refuses a larger one, with an answer that arrives", async () => {
    const padded = (size: number) => `{"latencyMs":5}${" ".repeat(size - 15)}`;
    assert.equal((await call("PUT", "/behaviours/shop", padded(1 << 16))).status, 200);
    for (const size of [(1 << 16) + 1, 8 << 20])
      assert.deepEqual(await call("PUT", "/behaviours/blog", padded(size)), {
        status: 400,
        body: { diagnostics: ["the body is not JSON, or too large"] },
      });
    assert.deepEqual(Object.keys(behaviours.all()), ["shop"]);
  });

  it("reads letters whose bytes come one by one", async () => {
    const parts = [...Buffer.from('{"versions": {"ü€": {"queue": 1}}}')].map((byte) =>
      Buffer.from([byte]),
    );
    assert.equal((await call("PUT", "/behaviours/shop", parts)).status, 200);
    assert.equal(behaviours.of("shop", "ü€").queue, 1);
  });

  it("lies when it is told to, and only about the code", async () => {
    const truth = await get("/healthz");
    assert.deepEqual(await put("/drills/healthz", 503), { status: 200, body: { lie: 503 } });
    for (const path of ["/healthz", "/healthz/shop"])
      assert.deepEqual(await get(path), { ...truth, status: 503 });
    assert.equal((await get("/healthz/state")).status, 200);
    edge.still = { ...edge.still, gateway: false };
    assert.deepEqual(await put("/drills/healthz", 200), { status: 200, body: { lie: 200 } });
    assert.deepEqual(await get("/healthz"), {
      status: 200,
      body: { ...own, healthy: false, failing: ["gateway"] },
    });
    for (const lie of [404, "200", null, {}])
      assert.deepEqual(await put("/drills/healthz", lie), {
        status: 400,
        body: { diagnostics: ["PUT 200 or 503"] },
      });
    assert.equal((await get("/drills/healthz")).status, 400);
    assert.equal((await get("/healthz")).status, 200);
    assert.deepEqual(await call("DELETE", "/drills/healthz"), { status: 200, body: {} });
    assert.equal((await get("/healthz")).status, 503);
  });

  it("has nothing elsewhere", async () => {
    for (const path of ["/", "/health", "/drills", "/drills/other", "//", "/healthzz", "/Metrics"])
      assert.deepEqual(await get(path), { status: 404, body: { error: `nothing at ${path}` } });
  });

  it("is entered by no detour: the gateway lets everything below /healthz/ through", async () => {
    for (const detour of ["..", "%2e%2e", ".%2E", "..\\..", "x/.."])
      for (const place of ["behaviours/shop", "drills/healthz"]) {
        const path = `/healthz/${detour}/${place}`;
        for (const body of ['{"latencyMs": 5}', "503"]) await call("PUT", path, body);
      }
    assert.deepEqual([behaviours.all(), edge.lie], [{}, undefined]);
  });
});
