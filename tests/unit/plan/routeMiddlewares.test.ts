import assert from "node:assert/strict";
import type { KubeObject } from "../../../infra/plan/kubeObject";
import {
  middlewareDiagnostics,
  routeMiddlewares,
} from "../../../infra/components/gateway/routeMiddlewares";

const named = (kind: string, name: string, spec?: object): KubeObject => ({
  apiVersion: "traefik.io/v1alpha1",
  kind,
  metadata: { name },
  ...(spec && { spec }),
});

const route = (...middlewares: string[]) =>
  named("IngressRoute", "cart", {
    routes: [{}, { middlewares: middlewares.map((name) => ({ name })) }],
  });

describe("The middlewares that a route names", () => {
  it("are the gateway's, or objects of the app", () => {
    const platform = Object.keys(routeMiddlewares).map((name) => `${name}@file`);
    assert.ok(platform.includes("rate-limit@file"));
    assert.deepEqual(
      middlewareDiagnostics([route(...platform, "own"), named("Middleware", "own")]),
      [],
    );
  });

  it("are a mistake where nothing has them", () => {
    const object = route("retry@file", "rate-limit", "own");
    const [first, second, ...others] = middlewareDiagnostics([
      object,
      named("Middleware", "other"),
    ]);
    assert.deepEqual(others, []);
    assert.equal(first?.object, object);
    assert.deepEqual(
      [first?.field, first?.value],
      ["spec.routes[1].middlewares[1].name", "rate-limit"],
    );
    assert.equal(second?.value, "own");
    assert.match(String(first?.expected), /^one of rate-limit@file, .*, other$/);
  });
});
