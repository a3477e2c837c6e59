import * as assert from "node:assert/strict";
import fc from "fast-check";
import type { PodTemplate } from "../../../../infra/components/rollouts/object";
import {
  asInRegionOf,
  plainTemplate,
  readStable,
  sameTemplate,
  versionToComeFrom,
} from "../../../../infra/components/rollouts/templates";
import { storedTemplateOf, templateOf } from "../../../support/rollouts";

const said = (version: string, at: string, region = "eu-west-1") =>
  JSON.stringify({ hash: version, template: plainTemplate(storedTemplateOf(version, region)), at });
const day = (number: number) => `2026-01-0${number}T00:00:00.000Z`;

/** A template with all of a container's fields that the API server gives defaults to. */
const rich = (more: object = {}, container: object = {}): PodTemplate => ({
  spec: {
    serviceAccountName: "orders",
    containers: [
      {
        name: "web",
        image: "registry:5000/orders@sha256:0123",
        ports: [{ containerPort: 8080 }],
        env: [
          { name: "A", value: "1" },
          { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        ],
        readinessProbe: { httpGet: { path: "/", port: 8080 } },
        livenessProbe: { tcpSocket: { port: 8080 } },
        ...container,
      },
    ],
    volumes: [
      { name: "tmp", emptyDir: {} },
      { name: "c", configMap: { name: "c" } },
    ],
    ...more,
  },
});
const probe = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const richStored: PodTemplate = {
  metadata: { creationTimestamp: null },
  spec: {
    serviceAccountName: "orders",
    serviceAccount: "orders",
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    containers: [
      {
        name: "web",
        image: "registry:5000/orders@sha256:0123",
        imagePullPolicy: "IfNotPresent",
        ports: [{ containerPort: 8080, protocol: "TCP" }],
        env: [
          { name: "A", value: "1" },
          {
            name: "POD",
            valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "metadata.name" } },
          },
        ],
        readinessProbe: { ...probe, httpGet: { path: "/", port: 8080, scheme: "HTTP" } },
        livenessProbe: { ...probe, tcpSocket: { port: 8080 } },
        resources: {},
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
      },
    ],
    volumes: [
      { name: "tmp", emptyDir: {} },
      { name: "c", configMap: { name: "c", defaultMode: 420 } },
    ],
  },
};

describe("Two pod templates", () => {
  it("are the same with and without the API server's defaults, and in whatever region", () => {
    assert.ok(sameTemplate(templateOf("v1"), storedTemplateOf("v1")));
    assert.ok(sameTemplate(templateOf("v1", "us-east-1"), storedTemplateOf("v1", "eu-west-1")));
    assert.ok(sameTemplate(rich(), richStored));
  });

  it("are not the same when anything differs that is no default", () => {
    assert.ok(!sameTemplate(templateOf("v1"), templateOf("v2")));
    const others: readonly PodTemplate[] = [
      rich({ restartPolicy: "Never" }),
      rich({ terminationGracePeriodSeconds: 31 }),
      rich({ serviceAccountName: "other" }),
      rich({ securityContext: { runAsNonRoot: true } }),
      rich({ initContainers: [{ name: "first", image: "first:1" }] }),
      rich({ volumes: [] }),
      rich({ nodeSelector: { disk: "fast" } }),
      rich({}, { ports: [{ containerPort: 8080, protocol: "UDP" }] }),
      rich({}, { env: [] }),
      rich({}, { livenessProbe: undefined }),
      rich({}, { readinessProbe: { httpGet: { path: "/", port: 8080, scheme: "HTTPS" } } }),
      rich({}, { imagePullPolicy: "Always" }),
      rich({}, { resources: { requests: { cpu: "1" } } }),
      { ...rich(), metadata: { labels: { version: "2" } } },
      { ...rich(), metadata: { annotations: { restarted: "now" } } },
    ];
    others.forEach((other, index) => assert.ok(!sameTemplate(other, richStored), `${index}`));
  });

  it("know the sidecar's restart policy from the pod's default, and what is pulled always", () => {
    const first = (restartPolicy?: string) =>
      rich({
        initContainers: [{ name: "a", image: "a:1", ...(restartPolicy && { restartPolicy }) }],
      });
    assert.ok(!sameTemplate(first(), first("Always")));
    const pulled = (image: string, imagePullPolicy?: string) =>
      rich({}, { image, ...(imagePullPolicy && { imagePullPolicy }) });
    for (const image of ["orders", "orders:latest", "registry:5000/orders"]) {
      assert.ok(sameTemplate(pulled(image), pulled(image, "Always")), image);
      assert.ok(!sameTemplate(pulled(image), pulled(image, "IfNotPresent")), image);
    }
  });

  it("are compared whatever the order of their fields, not of their lists", () => {
    const turned = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([k, v]) => [k, turned(v)]),
            )
          : value;
    assert.ok(sameTemplate(turned(richStored) as PodTemplate, rich()));
    const volumes = [
      { name: "c", configMap: { name: "c" } },
      { name: "tmp", emptyDir: {} },
    ];
    assert.ok(!sameTemplate(rich({ volumes }), richStored));
  });
});

describe("A template that goes to another region", () => {
  it("loses what belongs to a ReplicaSet, and has the label of the region that it goes to", () => {
    const given = asInRegionOf(
      templateOf("v2", "us-east-1"),
      plainTemplate(storedTemplateOf("v1", "eu-west-1")),
    );
    assert.deepEqual(given.metadata, templateOf("v1", "us-east-1").metadata);
    assert.deepEqual(given["spec"], storedTemplateOf("v1")["spec"]);
  });

  it("has no such label where none is wanted, and keeps it apart from all else", () => {
    const wanted: PodTemplate = { spec: {} };
    const given = asInRegionOf(wanted, templateOf("v1"));
    assert.deepEqual(given.metadata?.labels, { "meridian.dev/app": "orders" });
  });
});

describe("The version to come from", () => {
  const imageOf = (all: Readonly<Record<string, string>>) => {
    const found = versionToComeFrom(all);
    if (found.kind !== "version") return found.kind;
    const { containers } = found.template["spec"] as { containers: { image: string }[] };
    return containers[0]?.image.split(":")[1];
  };

  it("is the one that most regions run, whatever their labels; of equally many the newest", () => {
    const three = { a: said("v1", day(1), "a"), b: said("v1", day(1), "b"), c: said("v2", day(9)) };
    assert.equal(imageOf(three), "v1");
    assert.equal(imageOf({ a: said("v1", day(3)), b: said("v2", day(4)) }), "v2");
    assert.equal(imageOf({ b: said("v1", day(3)), a: said("v2", day(2)) }), "v1");
  });

  it("is none while nobody has said anything, and never a guess at what is broken", () => {
    assert.equal(imageOf({}), "none");
    const broken = [
      "",
      "{",
      "null",
      "[]",
      '{"hash":"a","at":"b"}',
      '{"hash":"a","at":"b","template":{"spec":{}}}',
    ];
    for (const text of broken) {
      assert.equal(readStable(text), undefined, text);
      assert.equal(imageOf({ a: text }), "unreadable", text);
      assert.equal(imageOf({ a: text, b: said("v1", day(1)) }), "v1", text);
    }
    assert.equal(imageOf({ a: said("v1", "no time"), b: said("v2", day(1)) }), "v2");
  });

  it("is one that somebody runs, with no fewer votes than any other, in whatever order", () => {
    const region = fc.record({
      version: fc.constantFrom("v1", "v2", "v3"),
      on: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(region, { minLength: 1, maxLength: 7 }), (regions) => {
        const entries = regions.map(
          ({ version, on }, index) => [`r${index}`, said(version, day(on), `r${index}`)] as const,
        );
        const found = imageOf(Object.fromEntries(entries));
        const votes = (version: unknown) => regions.filter((one) => one.version === version).length;
        assert.ok(votes(found) > 0);
        assert.ok(regions.every(({ version }) => votes(version) <= votes(found)));
        assert.equal(imageOf(Object.fromEntries([...entries].reverse())), found);
      }),
    );
  });
});
