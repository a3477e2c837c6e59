import * as assert from "node:assert/strict";
import * as http from "node:http";
import { apiProxy } from "../../../../services/dataplane/apiProxy";
import type { DataplaneConfig } from "../../../../services/dataplane/config";
import { GatewayRoutes } from "../../../../services/dataplane/gatewayRoutes";
import { Pods } from "../../../../services/dataplane/pods";
import { routesPath } from "../../../../services/dataplane/routes";
import { ask, closed, listening } from "../../../support/http";
import { TokenApi } from "../../../support/tokenApi";

const bookmark =
  '{"type":"BOOKMARK","object":{"metadata":{"annotations":{"k8s.io/initial-events-end":"true"}}}}\n';

describe("The routes that the gateway has", () => {
  let routes: GatewayRoutes;
  beforeEach(() => (routes = new GatewayRoutes()));

  const loadedAfter = (...urls: string[]) => {
    for (const url of urls) routes.begin(url);
    return routes.loaded;
  };

  it("are loaded for a gateway that runs already", () => assert.equal(routes.loaded, true));

  for (const url of [
    `${routesPath}?limit=500`,
    `${routesPath}?limit=500&resourceVersion=0`,
    `${routesPath}?resourceVersion=`,
  ])
    it(`are missing from a first list to its complete end: ${url.slice(routesPath.length)}`, () => {
      const read = routes.begin(url);
      assert.equal(routes.loaded, false);
      read?.passed(bookmark);
      assert.equal(routes.loaded, false);
      read?.ended();
      assert.equal(routes.loaded, true);
    });

  it("are missing from a first watch to the end of its initial events, in one chunk or in two", () => {
    for (let cut = 0; cut < bookmark.indexOf('":"true"'); cut++) {
      const read = routes.begin(
        `${routesPath}?allowWatchBookmarks=true&sendInitialEvents=true&watch=true`,
      );
      read?.passed('{"type":"ADDED","object":{}}\n');
      read?.passed(bookmark.slice(0, cut));
      assert.equal(routes.loaded, false);
      read?.ended();
      assert.equal(routes.loaded, false, "a watch that ends before is not complete");
      read?.passed(bookmark.slice(cut));
      assert.equal(routes.loaded, true);
    }
  });

  it("stay loaded while the gateway resumes from a version that it has seen", () =>
    assert.equal(
      loadedAfter(
        `${routesPath}?resourceVersion=812&watch=true`,
        `${routesPath}?limit=500&resourceVersion=812`,
        `${routesPath}?resourceVersion=812&sendInitialEvents=true&watch=true`,
        `${routesPath}?resourceVersion=0&watch=true`,
      ),
      true,
    ));

  it("are missing until every kind has been read, whatever fails meanwhile", () => {
    const paths = [routesPath, "/apis/traefik.io/v1alpha1/middlewares", "/api/v1/services"];
    const [first, second, failed] = paths.map((path) => routes.begin(`${path}?resourceVersion=0`));
    first?.ended();
    second?.ended();
    assert.equal(routes.loaded, false);
    assert.notEqual(failed, undefined);
    const again = routes.begin("/api/v1/services?sendInitialEvents=true&watch=true");
    assert.equal(routes.loaded, false);
    again?.passed(bookmark);
    assert.equal(routes.loaded, true);
  });

  it("do not depend on what else the gateway asks", () =>
    assert.equal(
      loadedAfter("/version", "/apis", "/api/v1/namespaces/shop/services/cart", "/api/v1/nodes"),
      true,
    ));

  it("are those of the last gateway that started", () => {
    const list = `${routesPath}?limit=500`;
    const [first, second] = [routes.begin(list), routes.begin(list)];
    first?.ended();
    assert.equal(routes.loaded, false);
    second?.ended();
    assert.equal(routes.loaded, true);
  });

  describe("through the proxy", () => {
    let fake: TokenApi;
    let proxy: http.Server;
    let port: number;

    before(async () => (fake = await TokenApi.start()));
    after(() => fake.leave());
    beforeEach(async () => {
      const config = { api: fake.api, podPort: 1 } as DataplaneConfig;
      const pods = new Pods("127.203", 1, http.createServer());
      proxy = apiProxy({ config, pods, gatewayRoutes: routes, openMs: 10 });
      port = await listening(proxy);
    });
    afterEach(() => closed(proxy));

    const path = `${routesPath}?resourceVersion=0`;
    const get = (token: string) =>
      ask({ port, path, method: "GET", headers: { authorization: `Bearer ${token}` } });

    it("are loaded when the list was passed on in full", async () => {
      fake.answer = (_, response) => response.writeHead(503).end("{}");
      assert.equal((await get(fake.api.token)).status, 503);
      assert.equal(routes.loaded, false);
      fake.answer = (_, response) => {
        response.write('{"items": [');
        setTimeout(() => response.destroy(), 10);
      };
      await assert.rejects(get(fake.api.token), { code: "ECONNRESET" });
      assert.equal(routes.loaded, false);
      fake.answer = (_, response) => response.end(JSON.stringify({ items: ["ü"] }));
      assert.equal((await get(fake.api.token)).text, '{"items":["ü"]}');
      assert.equal(routes.loaded, true);
    });

    it("do not depend on other users of this machine", async () => {
      fake.answer = (_, response) => response.writeHead(401).end("{}");
      await get("another");
      assert.equal(routes.loaded, true);
    });
  });
});
