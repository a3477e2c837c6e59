import type { ObjectDiagnostic } from "../../plan/appSafety";
import { at, list, type KubeObject } from "../../plan/kubeObject";

/**
 * The middlewares of every app's route, as Traefik's dynamic configuration has them. A gateway has them in its own configuration:
 * as objects of each app they would be four in fourteen, copied to every region. Each route that names one, such as
 * `rate-limit@file`, has its own instance: two apps share neither limits nor circuits.
 */
export const routeMiddlewares = {
  /** For each client address; what is above gets 429. */
  "rate-limit": { rateLimit: { average: 1000, burst: 2000 } },
  /** A pod that is just going away refuses connections: the next one is asked. Answers are never asked for twice. */
  retry: { retry: { attempts: 3, initialInterval: "20ms" } },
  /** An app that mostly fails gets no requests for a while, so that it can recover. */
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

/** How a route names what the gateway's own configuration has, rather than an object of its namespace. */
const ofGateway = "@file";

/**
 * Middlewares that an app's routes name and that nothing has: Traefik has no route then, and answers 404.
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
