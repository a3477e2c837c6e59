import assert from "node:assert/strict";
import { jsonSize, sizeDiagnostics } from "../../../infra/plan/appSize";
import { referenceDiagnostics } from "../../../infra/plan/appReferences";
import type { KubeObject } from "../../../infra/plan/kubeObject";

const labels = { app: "cart" };

function workload(pod: object): KubeObject {
  const template = { metadata: { labels }, spec: pod };
  const metadata = { name: "cart", namespace: "cart" };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { template } };
}

function object(kind: string, name: string, more: object = {}): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name, namespace: "cart" }, ...more };
}

const found = (...objects: KubeObject[]) =>
  referenceDiagnostics(objects).map(
    ({ field, value, expected }) =>
      `${field.replace("spec.template.spec.", "")} | ${JSON.stringify(value)} | ${expected}`,
  );

const ports = [{ name: "http", containerPort: 80 }, { containerPort: 81 }];

describe("References of an app", () => {
  it("to ConfigMaps are resolved in every place that names one", () => {
    const of = (name: string) => ({
      containers: [
        {
          envFrom: [{ configMapRef: { name } }, { secretRef: { name: "any" } }],
          env: [{ name: "A", valueFrom: { configMapKeyRef: { name, key: "a" } } }, { name: "B" }],
        },
      ],
      initContainers: [{ envFrom: [{ configMapRef: { name } }] }],
      volumes: [
        { name: "a", configMap: { name } },
        { name: "b", projected: { sources: [{ configMap: { name } }, { secret: { name } }] } },
        { name: "c", emptyDir: {} },
      ],
    });
    const settings = object("ConfigMap", "settings", { data: { a: "1" } });
    assert.deepEqual(found(workload(of("settings")), settings), []);
    assert.deepEqual(
      found(workload(of("other")), settings),
      [
        "volumes[0].configMap.name",
        "volumes[1].projected.sources[0].configMap.name",
        "initContainers[0].envFrom[0].configMapRef.name",
        "containers[0].envFrom[0].configMapRef.name",
        "containers[0].env[0].valueFrom.configMapKeyRef.name",
      ].map((field) => `${field} | "other" | one of settings`),
    );
    for (const name of ["kube-root-ca.crt", "streaming-client"])
      assert.deepEqual(found(workload(of(name))), []);
  });

  it("to a key need the key, in data or binaryData, unless they are optional", () => {
    const of = (key: string, optional?: boolean) =>
      workload({
        containers: [
          { env: [{ valueFrom: { configMapKeyRef: { name: "settings", key, optional } } }] },
        ],
      });
    const settings = object("ConfigMap", "settings", { data: { a: "1" }, binaryData: { b: "" } });
    assert.deepEqual(found(of("a"), of("b"), of("c", true), settings), []);
    assert.deepEqual(found(of("c"), settings), [
      'containers[0].env[0].valueFrom.configMapKeyRef.key | "c" | a key of ConfigMap settings: a, b',
    ]);
  });

  it("to service accounts and claims are resolved", () => {
    const pod = {
      serviceAccountName: "cart",
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
    };
    const objects = [object("ServiceAccount", "cart"), object("PersistentVolumeClaim", "data")];
    assert.deepEqual(found(workload(pod), ...objects), []);
    assert.deepEqual(found(workload({ serviceAccountName: "default" })), []);
    assert.deepEqual(found(workload(pod)), [
      'serviceAccountName | "cart" | a ServiceAccount of this app, which has none',
      'volumes[0].persistentVolumeClaim.claimName | "data" | a PersistentVolumeClaim of this app, which has none',
    ]);
  });

  it("to ports by name are resolved in probes and hooks; a number needs no port", () => {
    const of = (port: unknown) =>
      workload({
        containers: [
          {
            ports,
            readinessProbe: { httpGet: { port } },
            livenessProbe: { tcpSocket: { port } },
            lifecycle: { preStop: { httpGet: { port } } },
          },
        ],
      });
    assert.deepEqual([...found(of("http")), ...found(of(9000))], []);
    assert.deepEqual(found(of("web")), [
      'containers[0].readinessProbe.httpGet.port | "web" | one of http',
      'containers[0].livenessProbe.tcpSocket.port | "web" | one of http',
      'containers[0].lifecycle.preStop.httpGet.port | "web" | one of http',
    ]);
  });

  it("of a Service are pods of the app, and a port that they have", () => {
    const service = (selector: object | undefined, targetPort: unknown) =>
      object("Service", "cart", { spec: { selector, ports: [{ port: 80, targetPort }] } });
    const cart = workload({ containers: [{ ports }] });
    const good = [service(labels, "http"), service(labels, 81), service(undefined, "x")];
    assert.deepEqual(found(cart, ...good), []);
    assert.deepEqual(found(cart, service({ app: "card" }, "http"), service(labels, "web")), [
      'spec.selector | {"app":"card"} | labels of the pods of a workload of this app',
      'spec.ports[0].targetPort | "web" | one of http',
    ]);
  });
});

describe("The size of an object", () => {
  it("is that of the JSON that Go writes", () => {
    assert.equal(jsonSize({ a: "b" }), '{"a":"b"}'.length);
    assert.equal(jsonSize({ a: "<&>é" }), '{"a":"\\u003c\\u0026\\u003eé"}'.length + 1);
  });

  it("is limited by a Work, which etcd has to take", () => {
    const map = (text: string) => object("ConfigMap", "large", { data: { text } });
    assert.deepEqual(sizeDiagnostics([map("a".repeat(1_000_000)), map("<".repeat(200_000))]), []);
    assert.deepEqual(
      sizeDiagnostics([map("<".repeat(300_000))]).map(({ field, value }) => [field, value]),
      [["", "1.8 MB as JSON"]],
    );
  });
});
