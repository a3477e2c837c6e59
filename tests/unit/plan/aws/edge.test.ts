import assert from "node:assert/strict";
import { gatewayHealthRoutes } from "../../../../infra/manifests/aws/gatewayHealth";
import { edgeRoutes, gatewaySettings } from "../../../../infra/manifests/traefik";
import { planFederationEdge, regionEdge } from "../../../../infra/plan/aws/edge";

describe("A region's edge on AWS", () => {
  const { loadBalancer, targetGroup, listeners } = regionEdge;

  it("is open to the world, over all zones, and hides nothing that does not parse", () => {
    assert.deepEqual(loadBalancer, {
      loadBalancerType: "application",
      internal: false,
      ipAddressType: "ipv4",
      enableDeletionProtection: false,
      enableCrossZoneLoadBalancing: true,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      preserveHostHeader: true,
      xffHeaderProcessingMode: "append",
      idleTimeout: 60,
    });
  });

  it("hangs up on an idle connection before the gateway does", () => {
    const { entryPoints } = gatewaySettings({
      address: "",
      internalPort: 1,
      api: "",
      routesFile: "",
    }) as { entryPoints: { web: { transport: { respondingTimeouts: { idleTimeout: string } } } } };
    const { idleTimeout } = entryPoints.web.transport.respondingTimeouts;
    assert.ok(loadBalancer.idleTimeout < Number.parseInt(idleTimeout));
  });

  it("sends plain HTTP to HTTPS, and ends TLS 1.2 and 1.3 only", () => {
    assert.deepEqual(listeners, {
      http: {
        port: 80,
        protocol: "HTTP",
        redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" },
      },
      https: {
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      },
    });
  });

  it("has the gateway's pods as targets, by their own addresses", () => {
    assert.deepEqual(targetGroup, {
      port: 8000,
      protocol: "HTTP",
      protocolVersion: "HTTP1",
      targetType: "ip",
      deregistrationDelay: 30,
      loadBalancingAlgorithmType: "least_outstanding_requests",
      loadBalancingCrossZoneEnabled: "true",
      stickiness: { enabled: false, type: "lb_cookie" },
      healthCheck: {
        protocol: "HTTP",
        port: "traffic-port",
        path: "/healthz",
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    });
    assert.deepEqual(regionEdge.podPorts, [targetGroup.port]);
  });

  it("logs requests and connections apart", () => {
    const { access, connections } = regionEdge.logPrefixes;
    assert.notEqual(access, connections);
    // AWS refuses a prefix with its own folder's name in it, or with a slash at either end.
    for (const prefix of [access, connections]) assert.match(prefix, /^(?!.*AWSLogs)[a-z-]+$/);
  });

  it("is checked where the gateway answers for itself, and leaves what is below to the apps", () => {
    const { http } = gatewayHealthRoutes() as Routes;
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
});

interface Routes {
  readonly http: { readonly routers: Record<string, object>; readonly services?: object };
}

describe("The federation's edge on AWS", () => {
  it("is in private subnets where no network is named", () => {
    const { loadBalancer, subnets } = planFederationEdge([]);
    assert.deepEqual([loadBalancer.internal, subnets], [true, "private"]);
  });

  it("is in public subnets for named networks, and passes TLS through to the API server", () => {
    assert.deepEqual(planFederationEdge(["203.0.113.0/24"]), {
      loadBalancer: {
        loadBalancerType: "network",
        internal: false,
        ipAddressType: "ipv4",
        enableDeletionProtection: false,
        enableCrossZoneLoadBalancing: true,
      },
      subnets: "public",
      targetGroup: {
        port: 5443,
        protocol: "TCP",
        targetType: "ip",
        preserveClientIp: "false",
        deregistrationDelay: 10,
        healthCheck: {
          protocol: "HTTPS",
          port: "traffic-port",
          path: "/readyz",
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
      },
      listener: { port: 5443, protocol: "TCP" },
      podPorts: [5443],
    });
  });
});
