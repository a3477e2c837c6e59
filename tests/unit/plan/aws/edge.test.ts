import assert from "node:assert/strict";
import { gatewayRoutes } from "../../../../infra/components/gateway/manifests/awsRoutes";
import {
  edgeRoutes,
  gatewaySettings,
} from "../../../../infra/components/gateway/manifests/traefik";
import { at } from "../../../../infra/plan/kubeObject";
import { planFederationEdge, regionEdge } from "../../../../infra/components/gateway/awsEdge";

describe("A region's edge on AWS", () => {
  const { loadBalancer, targetGroup, listeners } = regionEdge;

  it("hangs up on an idle connection before the gateway does", () => {
    const { entryPoints } = gatewaySettings({
      address: "",
      internalPort: 1,
      api: "",
      tokenFile: "",
      routesFile: "",
    }) as { entryPoints: { web: { transport: { respondingTimeouts: { idleTimeout: string } } } } };
    const { idleTimeout } = entryPoints.web.transport.respondingTimeouts;
    assert.ok(loadBalancer.idleTimeout < Number.parseInt(idleTimeout));
  });

  it("sends plain HTTP to HTTPS, and ends TLS 1.2 and 1.3 only", () => {
    const { redirect } = listeners.http;
    assert.deepEqual(
      [redirect.protocol, redirect.port],
      [listeners.https.protocol, String(listeners.https.port)],
    );
    assert.match(listeners.https.sslPolicy, /-TLS13-1-2-/);
  });

  it("has the gateway's pods as targets, by their own addresses, and asks them in time", () => {
    const { targetType, port, healthCheck } = targetGroup;
    assert.equal(targetType, "ip");
    assert.deepEqual(regionEdge.podPorts, [port]);
    assert.equal(healthCheck.port, "traffic-port");
    assert.ok(healthCheck.timeout < healthCheck.interval);
  });

  it("logs requests and connections apart", () => {
    const { access, connections } = regionEdge.logPrefixes;
    assert.notEqual(access, connections);
    // AWS refuses a prefix with its own folder's name in it, or with a slash at either end.
    for (const prefix of [access, connections]) assert.match(prefix, /^(?!.*AWSLogs)[a-z-]+$/);
  });

  it("is checked where the gateway answers for itself, and leaves what is below to the apps", () => {
    const { http } = gatewayRoutes() as Routes;
    const { http: local } = edgeRoutes("http://127.0.0.1:1", {
      certFile: "",
      keyFile: "",
    }) as Routes;
    assert.equal(http.services, undefined);
    assert.deepEqual(http.routers, {
      healthz: {
        ...local.routers["healthz"],
        rule: `Path(\`${targetGroup.healthCheck.path}\`)`,
        service: "ping@internal",
      },
    });
  });

  it("has the local gateway's middlewares, and counts clients by the address that the load balancer wrote last", () => {
    const { http } = gatewayRoutes() as Routes;
    const { http: local } = edgeRoutes("http://127.0.0.1:1", {
      certFile: "",
      keyFile: "",
    }) as Routes;
    const { "rate-limit": limit, ...others } = http.middlewares;
    const { "rate-limit": localLimit, ...localOthers } = local.middlewares;
    assert.deepEqual(others, localOthers);
    const sourceCriterion = { ipStrategy: { depth: 1 } };
    assert.deepEqual(limit, {
      rateLimit: { ...(at(localLimit, "rateLimit") as object), sourceCriterion },
    });
    // By default the address of what connects, which is the client here.
    assert.equal(at(localLimit, "rateLimit.sourceCriterion"), undefined);
  });
});

interface Routes {
  readonly http: {
    readonly routers: Record<string, object>;
    readonly services?: object;
    readonly middlewares: Record<string, object>;
  };
}

describe("The federation's edge on AWS", () => {
  it("is in private subnets where no network is named", () => {
    const { loadBalancer, subnets } = planFederationEdge([]);
    assert.deepEqual([loadBalancer.internal, subnets], [true, "private"]);
  });

  it("is in public subnets for named networks, and passes TLS through to the API server", () => {
    const { loadBalancer, subnets, targetGroup, listener, podPorts } = planFederationEdge([
      "203.0.113.0/24",
    ]);
    assert.deepEqual([loadBalancer.internal, subnets], [false, "public"]);
    assert.deepEqual([listener.protocol, targetGroup.protocol], ["TCP", "TCP"]);
    assert.deepEqual([listener.port, podPorts], [targetGroup.port, [targetGroup.port]]);
    assert.equal(targetGroup.healthCheck.protocol, "TCP");
  });
});
