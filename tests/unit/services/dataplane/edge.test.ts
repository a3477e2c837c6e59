import * as assert from "node:assert/strict";
import * as http from "node:http";
import type { DataplaneConfig } from "../../../../services/dataplane/config";
import { Edge } from "../../../../services/dataplane/edge";
import type { EdgeState } from "../../../../services/dataplane/health";
import { GatewayRoutes } from "../../../../services/dataplane/gatewayRoutes";
import { Routes, routesPath } from "../../../../services/dataplane/routes";
import { type EndpointSlice, ReadyCounts } from "../../../../services/dataplane/slices";
import { closed, listening } from "../../../support/http";
import { TokenApi } from "../../../support/tokenApi";

const well: EdgeState = { region: "b", gateway: true, apiServer: true, apps: { shop: true } };
const guard = "no other region passes this check";

/** A slice of an app with this many ready pods and one that is not. */
function slice(app: string, ready: number): EndpointSlice {
  const pod = (uid: string, is: boolean) => ({
    addresses: [],
    conditions: { ready: is },
    targetRef: { kind: "Pod", uid },
  });
  return {
    metadata: { name: app, namespace: app, labels: { "meridian.dev/app": app } },
    addressType: "IPv4",
    endpoints: [
      pod("unready", false),
      ...Array.from({ length: ready }, (_, i) => pod(`${i}`, true)),
    ],
  };
}

const routeOf = (app: string) => ({
  metadata: { name: app, namespace: app, labels: { "meridian.dev/app": app } },
});

describe("The edge of a region", () => {
  let api: TokenApi;
  let server: http.Server;
  let port: number;
  let ready: ReadyCounts;
  let routes: Routes;
  let gatewayRoutes: GatewayRoutes;
  let edge: Edge;
  /** What the gateway and each peer answer: a code, or a body. */
  let gateway: number;
  let peers: Record<string, EdgeState | string | number>;
  let apiCode: number | undefined;
  let peersAsked: string[];

  before(async () => {
    api = await TokenApi.start();
    api.answer = (_, response) => {
      if (apiCode !== undefined) response.writeHead(apiCode).end();
    };
    server = http.createServer((request, response) => {
      const [, name = ""] = (request.url ?? "").split("/");
      if (name === "ping") return response.writeHead(gateway).end();
      peersAsked.push(request.url ?? "");
      const answer = peers[name] ?? 404;
      if (typeof answer === "number") response.writeHead(answer).end();
      else response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
    });
    port = await listening(server);
    // The first request of a process loads its client, which takes longer than a check may.
    gateway = 200;
    await fetch(`http://127.0.0.1:${port}/ping`);
  });
  after(async () => {
    await closed(server);
    await api.leave();
  });
  beforeEach(() => {
    [gateway, apiCode, peersAsked, api.asked.length] = [200, 200, [], 0];
    peers = { b: well, c: well };
    ready = new ReadyCounts();
    ready.replace([slice("shop", 2)]);
    routes = new Routes();
    routes.replace([routeOf("shop")]);
    gatewayRoutes = new GatewayRoutes();
    edge = make();
  });

  const make = (names: readonly string[] = ["b", "c"]) =>
    new Edge(
      {
        region: "a",
        api: api.api,
        gatewayPing: `http://127.0.0.1:${port}/ping`,
      } as unknown as DataplaneConfig,
      { ready, routes, gatewayRoutes },
      () => Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${port}/${name}`])),
    );
  /** So many rounds. */
  const rounds = async (count: number) => {
    for (let i = 0; i < count; i++) await edge.check();
  };
  /** How many rounds it takes until the verdict is this. */
  const roundsUntil = async (healthy: boolean, app?: string) => {
    for (let count = 1; count < 30; count++) {
      await edge.check();
      if (edge.verdict(app).healthy === healthy) return count;
    }
    return 0;
  };

  it("takes nothing before its first round, and all after it when all is well", async () => {
    assert.deepEqual(edge.verdict(), { healthy: false, failing: ["gateway", "api-server"] });
    await edge.check();
    assert.deepEqual(edge.verdict(), { healthy: true, failing: [] });
    assert.deepEqual(edge.verdict("shop"), { healthy: true, failing: [] });
    assert.deepEqual(edge.known(), {
      region: "a",
      gateway: true,
      apiServer: true,
      apps: { shop: true },
    });
    assert.deepEqual(api.asked, ["GET /readyz"]);
    assert.deepEqual(peersAsked, []);
  });

  it("is out after two rounds without its gateway, and in after three with it", async () => {
    await edge.check();
    gateway = 503;
    assert.equal(await roundsUntil(false), 2);
    assert.deepEqual(edge.verdict(), { healthy: false, failing: ["gateway"] });
    gateway = 200;
    assert.equal(await roundsUntil(true), 3);
    assert.deepEqual(peersAsked, []);
  });

  it("is out while a gateway that responds has no routes", async () => {
    await edge.check();
    const read = gatewayRoutes.begin(`${routesPath}?resourceVersion=0`);
    assert.equal(await roundsUntil(false, "shop"), 2);
    assert.deepEqual(edge.verdict(), { healthy: false, failing: ["gateway"] });
    read?.ended();
    assert.equal(await roundsUntil(true, "shop"), 3);
  });

  it("is not turned by a gateway that flaps, neither out nor in", async () => {
    await edge.check();
    for (let i = 0; i < 10; i++) {
      gateway = i % 2 === 0 ? 503 : 200;
      await edge.check();
      assert.equal(edge.verdict().healthy, true, `round ${i}`);
    }
    gateway = 503;
    await rounds(2);
    for (let i = 0; i < 12; i++) {
      gateway = i % 3 === 2 ? 503 : 200;
      await edge.check();
      assert.equal(edge.verdict().healthy, false, `round ${i}`);
    }
  });

  it("stays in while its API server starts again, is out after twelve rounds, in after four", async () => {
    await edge.check();
    apiCode = 500;
    assert.equal(await roundsUntil(false), 12);
    assert.deepEqual(edge.verdict(), { healthy: false, failing: ["api-server"] });
    assert.deepEqual(edge.verdict("shop"), { healthy: false, failing: ["api-server"] });
    apiCode = 200;
    assert.equal(await roundsUntil(true), 4);
    apiCode = 500;
    await rounds(11);
    apiCode = 200;
    await rounds(1);
    apiCode = 500;
    assert.equal(await roundsUntil(false), 12);
  });

  it("takes an API server that does not answer in time for one that is away", async function () {
    apiCode = undefined;
    await edge.check();
    assert.deepEqual(edge.known().apiServer, false);
  });

  it("is out for an app alone when its last ready pod is gone, and in when some are back", async () => {
    ready.set(slice("blog", 1));
    routes.set(routeOf("blog"));
    await edge.check();
    peers = { b: { ...well, apps: { shop: true, blog: true } }, c: 502 };
    ready.set(slice("shop", 0));
    assert.equal(await roundsUntil(false, "shop"), 2);
    assert.deepEqual(edge.verdict("shop"), {
      healthy: false,
      failing: ["replicas or route of shop"],
    });
    assert.deepEqual(edge.verdict("blog"), { healthy: true, failing: [] });
    assert.deepEqual(edge.verdict(), { healthy: true, failing: [] });
    assert.deepEqual(edge.known().apps, { shop: false, blog: true });
    ready.set(slice("shop", 1));
    assert.equal(await roundsUntil(true, "shop"), 3);
    // An app that is taken away altogether.
    ready.remove(slice("blog", 0));
    assert.equal(await roundsUntil(false, "blog"), 2);
  });

  it("is out for an app that has replicas and no route: the gateway would answer 404", async () => {
    await edge.check();
    routes.remove(routeOf("shop"));
    assert.equal(await roundsUntil(false, "shop"), 2);
    routes.replace([routeOf("shop"), { metadata: { name: "unlabelled" } }]);
    assert.equal(await roundsUntil(true, "shop"), 3);
    routes.replace([]);
    assert.equal(await roundsUntil(false, "shop"), 2);
  });

  it("is in for an app that comes later once it has been here for three rounds, and not before", async () => {
    peers = { b: { ...well, apps: { shop: true, blog: true } } };
    await edge.check();
    ready.set(slice("blog", 1));
    await rounds(5);
    assert.equal(edge.verdict("blog").healthy, false);
    routes.set(routeOf("blog"));
    assert.equal(await roundsUntil(true, "blog"), 3);
    assert.deepEqual(edge.verdict("shop"), { healthy: true, failing: [] });
  });

  it("believes at once what was here before it, also where it is told of that a little later", async () => {
    [ready, routes] = [new ReadyCounts(), new Routes()];
    edge = make();
    await rounds(2);
    ready.replace([slice("shop", 1)]);
    await rounds(2);
    routes.replace([routeOf("shop")]);
    assert.equal(await roundsUntil(true, "shop"), 1);
  });

  it("asks the others only while something fails here, and each of them", async () => {
    await edge.check();
    ready.set(slice("shop", 0));
    await rounds(1);
    assert.deepEqual(peersAsked, []);
    await rounds(1);
    assert.deepEqual(peersAsked.sort(), ["/b/healthz/state", "/c/healthz/state"]);
    ready.set(slice("shop", 1));
    await rounds(3);
    peersAsked = [];
    await rounds(2);
    assert.deepEqual(peersAsked, []);
  });

  it("stays in when no other passes the check either, or none can be asked", async () => {
    await edge.check();
    ready.set(slice("shop", 0));
    const failing = { healthy: true, failing: ["replicas or route of shop"], guard };
    const noShop = { ...well, apps: {} };
    for (const others of [
      { b: noShop, c: noShop },
      { b: { ...well, gateway: false }, c: noShop },
      { b: { ...well, apiServer: false }, c: 503 },
      { b: "no JSON", c: "<html>" },
      { b: 503, c: 404 },
    ] as const) {
      peers = others;
      await rounds(2);
      assert.deepEqual(edge.verdict("shop"), failing, JSON.stringify(others));
    }
    peers = { b: "no JSON", c: well };
    await rounds(1);
    assert.deepEqual(edge.verdict("shop").healthy, false);
    // It comes back in when the last other falls out as well.
    peers = { b: noShop, c: 503 };
    await rounds(1);
    assert.deepEqual(edge.verdict("shop"), failing);
  });

  it("does not stumble over a stranger in another's place", async () => {
    await edge.check();
    ready.set(slice("shop", 0));
    for (const body of [
      "null",
      "7",
      "[]",
      "{}",
      '{"gateway": true, "apps": null}',
      '{"gateway": true, "apiServer": true}',
    ]) {
      peers = { b: body, c: body };
      await rounds(2);
      assert.deepEqual(edge.verdict("shop").guard, guard, body);
    }
  });

  it("that is the only one is never out by deep checks", async () => {
    edge = make([]);
    apiCode = 500;
    ready.set(slice("shop", 0));
    await rounds(2);
    assert.deepEqual(edge.verdict("shop"), {
      healthy: true,
      failing: ["api-server", "replicas or route of shop"],
      guard,
    });
  });
});
