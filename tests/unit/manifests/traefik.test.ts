import assert from "node:assert/strict";
import * as yaml from "yaml";
import { dataplaneRules } from "../../../infra/providers/local/manifests/dataplane";
import {
  edgeRoutes,
  gatewaySettings,
  traefikApi,
} from "../../../infra/components/gateway/manifests/traefik";

const certificate = { certFile: "/run/gateway/tls.crt", keyFile: "/run/gateway/tls.key" };

describe("A gateway's settings", () => {
  const settings = gatewaySettings({
    address: "127.20.0.1:8080",
    internalPort: 15001,
    api: "http://127.0.0.1:15002",
    tokenFile: "/run/gateway/token",
    routesFile: "/run/gateway/routes.yaml",
  });

  it("survive being written down", () => {
    const routes = edgeRoutes("http://127.0.0.1:15003", certificate);
    for (const value of [settings, routes])
      assert.deepEqual(yaml.parse(yaml.stringify(value)), value);
  });

  it("open nothing to clients but their own entry point", () => {
    const { entryPoints } = settings as { entryPoints: Record<string, { address: string }> };
    const open = Object.values(entryPoints).filter(
      ({ address }) => !/^127\.0\.0\.1:/.test(address),
    );
    assert.deepEqual(
      open.map(({ address }) => address),
      ["127.20.0.1:8080"],
    );
    // The dashboard would show every route and take changes from whoever asks.
    assert.ok(!("api" in settings));
  });
});

describe("An edge's own routes", () => {
  it("are /healthz alone, before all others and out of the access log", () => {
    const { http } = edgeRoutes("http://127.0.0.1:15003", certificate) as {
      http: { routers: Record<string, { rule: string; priority: number; observability: object }> };
    };
    assert.deepEqual(Object.keys(http.routers), ["healthz"]);
    const { rule = "", priority = 0, observability } = http.routers["healthz"] ?? {};
    for (const path of ["Path(`/healthz`)", "PathPrefix(`/healthz/`)"])
      assert.ok(rule.includes(path), rule);
    // Traefik's own priority of a route is its rule's length.
    assert.ok(priority > 100_000);
    assert.deepEqual(observability, { accessLogs: false });
  });
});

describe("The pod simulator's rights in a region", () => {
  it("are reading alone, and no Secrets", () => {
    for (const { resources = [], verbs } of dataplaneRules) {
      for (const verb of verbs) assert.ok(["get", "list", "watch"].includes(verb), verb);
      assert.ok(!resources.includes("secrets"));
    }
    const all = dataplaneRules.filter(({ resources }) => resources?.includes("*"));
    assert.deepEqual(
      all.flatMap(({ apiGroups }) => apiGroups),
      [traefikApi.split("/")[0]],
    );
  });
});
