import assert from "node:assert/strict";
import * as yaml from "yaml";
import { dataplaneRules } from "../../../infra/manifests/dataplane";
import {
  edgeRoutes,
  gatewaySettings,
  traefikApi,
  traefikKinds,
} from "../../../infra/manifests/traefik";

const certificate = { certFile: "/run/gateway/tls.crt", keyFile: "/run/gateway/tls.key" };

describe("A gateway's settings", () => {
  const settings = gatewaySettings({
    address: "127.20.0.1:8080",
    internalPort: 15001,
    api: "http://127.0.0.1:15002",
    routesFile: "/run/gateway/routes.yaml",
  });

  it("are these", () => {
    assert.deepEqual(settings, {
      global: { checkNewVersion: false, sendAnonymousUsage: false },
      entryPoints: {
        web: {
          address: "127.20.0.1:8080",
          transport: {
            lifeCycle: { graceTimeOut: "10s" },
            respondingTimeouts: { readTimeout: "60s", idleTimeout: "180s" },
          },
        },
        internal: { address: "127.0.0.1:15001" },
      },
      ping: { entryPoint: "internal" },
      metrics: {
        prometheus: {
          entryPoint: "internal",
          addEntryPointsLabels: true,
          addRoutersLabels: true,
          addServicesLabels: true,
          buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
        },
      },
      tracing: {
        sampleRate: 0,
        otlp: { http: { endpoint: "http://127.0.0.1:15001/no-collector" } },
      },
      accessLog: {
        bufferingSize: 1000,
        format: "json",
        fields: {
          headers: { defaultMode: "drop", names: { "User-Agent": "keep", Traceparent: "keep" } },
        },
      },
      log: { level: "WARN", format: "json" },
      providers: {
        providersThrottleDuration: "100ms",
        kubernetesCRD: {
          endpoint: "http://127.0.0.1:15002",
          allowCrossNamespace: false,
          disableClusterScopeResources: true,
          allowEmptyServices: true,
        },
        file: { filename: "/run/gateway/routes.yaml", watch: false },
      },
    });
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
  it("are /healthz alone, before all others and out of the access log, beside its certificate", () => {
    assert.deepEqual(edgeRoutes("http://127.0.0.1:15003", certificate), {
      tls: { stores: { default: { defaultCertificate: certificate } } },
      http: {
        routers: {
          healthz: {
            entryPoints: ["web"],
            rule: "Path(`/healthz`) || PathPrefix(`/healthz/`)",
            priority: 1_000_000,
            observability: { accessLogs: false },
            service: "healthz",
          },
        },
        services: {
          healthz: { loadBalancer: { servers: [{ url: "http://127.0.0.1:15003" }] } },
        },
      },
    });
  });
});

describe("Traefik's kinds that apps are made of", () => {
  it("are these", () => {
    assert.equal(traefikApi, "traefik.io/v1alpha1");
    assert.deepEqual(traefikKinds, ["IngressRoute", "TraefikService", "Middleware"]);
  });
});

describe("The data plane's rights in a region", () => {
  const read = ["get", "list", "watch"];

  it("are these and no others: reading, and no Secrets", () => {
    assert.deepEqual(dataplaneRules, [
      { apiGroups: [""], resources: ["pods", "nodes", "services", "namespaces"], verbs: read },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
      { apiGroups: ["traefik.io"], resources: ["*"], verbs: read },
      { nonResourceURLs: ["/readyz"], verbs: ["get"] },
    ]);
  });
});
