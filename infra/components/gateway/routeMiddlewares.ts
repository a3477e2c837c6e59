import type { ObjectDiagnostic } from "../../plan/appSafety";
import { at, list, type KubeObject } from "../../plan/kubeObject";

/**
 * The middlewares of every app's route, as Traefik's dynamic configuration. They are in the gateway's own configuration: as objects
 * of each app they would be four in fourteen, copied to every region. Each route that refers to one, such as `rate-limit@file`, has
 * a separate instance: apps share neither limits nor circuit breakers.
 */
export const routeMiddlewares = {
  /** Limit per client address. Requests above it receive 429. */
  "rate-limit": { rateLimit: { average: 1000, burst: 2000 } },
  /** A terminating pod refuses connections: the request is retried on the next pod. A request with a response is never retried. */
  retry: { retry: { attempts: 3, initialInterval: "20ms" } },
  /** An app whose requests mostly fail receives none for a while, so that it can recover. */
  "circuit-breaker": {
    circuitBreaker: {
      expression: "NetworkErrorRatio() > 0.50 || ResponseCodeRatio(500, 600, 0, 600) > 0.50",
      checkPeriod: "1s",
      fallbackDuration: "5s",
      recoveryDuration: "5s",
    },
  },
  /** The path of a pod's readinessProbe, for health checks of an app from outside. */
  readiness: { replacePath: { path: "/readyz" } },
} as const;

/** Suffix of middlewares in the gateway's own configuration, as opposed to objects of the route's namespace. */
const ofGateway = "@file";

/**
 * Diagnostics of missing middlewares in an app's routes. Traefik ignores a route with a missing middleware and returns 404.
 * @param objects All objects of one app.
 */
export function middlewareDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  const names = [
    ...Object.keys(routeMiddlewares).map((name) => `${name}${ofGateway}`),
    ...objects.filter(({ kind }) => kind === "Middleware").map(({ metadata }) => metadata.name),
  ];
  return objects
    .filter(({ kind }) => kind === "IngressRoute")
    .flatMap((object) =>
      list(at(object, "spec.routes")).flatMap((route, index) =>
        list(at(route, "middlewares")).flatMap((middleware, place) => {
          const value = at(middleware, "name");
          if (names.includes(String(value))) return [];
          const field = `spec.routes[${index}].middlewares[${place}].name`;
          const expected = `one of ${names.join(", ")}`;
          return [{ object, field, value, expected, remedy: "add the Middleware to the app" }];
        }),
      ),
    );
}
