import assert from "node:assert/strict";
import { appKinds, apiVersionOf } from "../../../infra/components/appKinds";
import { kindDiagnostics, nameDiagnostics } from "../../../infra/plan/appKindRules";
import { portDiagnostics } from "../../../infra/plan/appPorts";
import { checkApp } from "../../../infra/plan/apps";

const object = (apiVersion: string, kind: string, spec: object = {}) => ({
  ...{ apiVersion, kind, spec },
  metadata: { name: "cart", namespace: "cart" },
});

describe("The kinds of an app's objects", () => {
  const refused = (apiVersion: string, kind: string) =>
    kindDiagnostics([object(apiVersion, kind)]).map(({ value }) => value);

  it("are those that Argo CD's project allows, in any version", () => {
    for (const kind of appKinds.filter(({ withheld }) => withheld !== true))
      assert.deepEqual(refused(apiVersionOf(kind), kind.kind), []);
    assert.deepEqual(refused("traefik.io/v1beta1", "IngressRoute"), []);
  });

  it("are refused otherwise, with the list", () => {
    for (const [apiVersion, kind] of [
      ["v1", "Secret"],
      ["apps/v1", "StatefulSet"],
      ["batch/v1", "CronJob"],
      ["example.com/v1", "Service"],
    ] as const)
      assert.deepEqual(refused(apiVersion, kind), [`${kind} of ${apiVersion}`]);
    const [first] = kindDiagnostics([object("v1", "Secret")]);
    assert.match(first?.expected ?? "", /ConfigMap.*Rollout/);
  });
});

describe("The names of an app's objects", () => {
  const named = (kind: string, name: string) => ({
    ...{ apiVersion: "v1", kind },
    metadata: { name, namespace: "cart" },
  });

  it("are not those of objects that the platform creates in the app's namespace", () => {
    const [found, ...others] = nameDiagnostics([
      named("ConfigMap", "streaming-client"),
      named("ConfigMap", "settings"),
      named("Service", "streaming-client"),
    ]);
    assert.deepEqual(others, []);
    assert.equal(found?.value, "streaming-client");
    assert.match(found.expected, /other than streaming-client, which the platform creates/);
    assert.match(found.remedy, /rename the object/);
  });

  it("are checked with the whole app", () => {
    const diagnostics = checkApp("cart", "local", [named("ConfigMap", "streaming-client")]);
    assert.ok(
      diagnostics.some(
        ({ path, value }) =>
          path === "apps/cart/overlays/local: ConfigMap/streaming-client metadata.name" &&
          value === "streaming-client",
      ),
    );
  });
});

describe("The ports of an app's containers", () => {
  const wrong = (...ports: object[]) =>
    portDiagnostics([
      object("apps/v1", "Deployment", {
        template: { spec: { initContainers: [{}], containers: [{ ports }] } },
      }),
    ]).map(({ field }) => field.replace("spec.template.spec.containers[0].", ""));
  const http = { name: "http", containerPort: 9898, protocol: "TCP" };

  it("name their protocol, as Argo CD compares it", () => {
    assert.deepEqual(wrong(http), []);
    assert.deepEqual(wrong({ ...http, protocol: undefined }), ["ports[0].protocol"]);
    assert.deepEqual(wrong(http, { containerPort: 9797 }), ["ports[1].protocol"]);
  });

  it("have different names: a patch with another number adds a port", () => {
    assert.deepEqual(wrong(http, { ...http, containerPort: 8080 }), ["ports[1].name"]);
    assert.deepEqual(wrong(http, { ...http, name: "metrics", containerPort: 9797 }), []);
    const unnamed = { containerPort: 9797, protocol: "TCP" };
    assert.deepEqual(wrong(unnamed, { ...unnamed, containerPort: 1 }), []);
  });
});
