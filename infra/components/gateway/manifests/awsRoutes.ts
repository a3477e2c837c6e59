import { gatewayHealthPath } from "../awsEdge";
import { routeMiddlewares } from "../routeMiddlewares";

/**
 * Traefik's dynamic configuration of a region's gateway on AWS: it answers for itself, at the port and in the way in which
 * requests come, and with 503 from the moment it is told to stop. No pod but its own has part in it, so what is lost
 * beside it takes no region out.
 *
 * What is below the path is left to the apps, whose routes (apps/_platform/web/route.yaml) answer with the readiness of
 * their pods in the region, and name the middlewares.
 */
export function gatewayRoutes(): object {
  return {
    http: {
      routers: {
        healthz: {
          entryPoints: ["web"],
          rule: `Path(\`${gatewayHealthPath}\`)`,
          priority: 1_000_000,
          // Asked all the time by the load balancer: it would drown the log of what users do.
          observability: { accessLogs: false },
          service: "ping@internal",
        },
      },
      middlewares: { ...routeMiddlewares, "rate-limit": rateLimitByClient },
    },
  };
}

/**
 * What connects to a gateway is its load balancer: without this the limit would take everybody who comes by it for one client. Who asked is
 * the last address in X-Forwarded-For, which the load balancer wrote; what the client itself wrote there comes before it.
 */
const rateLimitByClient = {
  rateLimit: {
    ...routeMiddlewares["rate-limit"].rateLimit,
    sourceCriterion: { ipStrategy: { depth: 1 } },
  },
} as const;
