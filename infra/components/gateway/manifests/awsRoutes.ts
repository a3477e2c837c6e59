import { gatewayHealthPath } from "../awsEdge";
import { routeMiddlewares } from "../routeMiddlewares";

/**
 * Traefik's dynamic configuration of a region's gateway on AWS. It reports its own health at the port of requests, with 503 from the
 * moment it receives the signal to stop. The response depends on no other pod, so the failure of another pod does not make the
 * region unhealthy.
 *
 * Paths below it belong to the apps. Their routes (apps/_platform/web/route.yaml) respond with the readiness of their pods in the
 * region and refer to the middlewares.
 */
export function gatewayRoutes(): object {
  return {
    http: {
      routers: {
        healthz: {
          entryPoints: ["web"],
          rule: `Path(\`${gatewayHealthPath}\`)`,
          priority: 1_000_000,
          // The load balancer requests it continuously: it would flood the access log.
          observability: { accessLogs: false },
          service: "ping@internal",
        },
      },
      middlewares: { ...routeMiddlewares, "rate-limit": rateLimitByClient },
    },
  };
}

/**
 * Only the load balancer connects to a gateway: without this the limit would treat all of its clients as one. The client is the last
 * address in X-Forwarded-For, which the load balancer appends to the value that the client sent.
 */
const rateLimitByClient = {
  rateLimit: {
    ...routeMiddlewares["rate-limit"].rateLimit,
    sourceCriterion: { ipStrategy: { depth: 1 } },
  },
} as const;
