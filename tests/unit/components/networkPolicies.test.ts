import * as assert from "node:assert/strict";
import type { Component } from "../../../infra/components/component";
import {
  type NetworkPolicy,
  appPolicy,
  networkPolicies,
} from "../../../infra/components/networkPolicies";
import { permissionsOf } from "../../support/network/permissions";
import { components } from "../../../infra/components/registry";
import { awsPlanOf } from "../../support/aws/plan";
import { registerWhole } from "../../support/aws/whole";

/** A queue that apps and the gateway use, and whose nodes talk among themselves. */
const queue: Component = {
  name: "queue",
  namespaces: ["queue", "queue-operator"],
  callsApps: { role: "consumer" },
  listeners: [
    {
      ...{ name: "broker", cluster: "region", namespace: "queue", pods: { app: "broker" } },
      accepts: [
        { from: [{ kind: "apps" }, { kind: "component", name: "gateway" }], to: { port: 9092 } },
        { from: [{ kind: "pods", labels: { app: "broker" } }], to: { port: "peer" } },
      ],
    },
  ],
};
const withQueue = [...components, queue];

describe("network policies", () => {
  it("on AWS are those of the declared flows, on the hub and in every region, and no other", async function () {
    this.timeout(60_000);
    const { registered } = await registerWhole(awsPlanOf(["eu-west-1", "us-east-1"]), withQueue);
    const found = registered
      .filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy")
      .map(({ provider, inputs }) => ({
        cluster: provider,
        ...(inputs as unknown as NetworkPolicy),
      }));
    const rules = ({ metadata, spec }: NetworkPolicy) => [
      `${metadata.namespace}/${metadata.name}`,
      spec.podSelector,
      permissionsOf(spec),
    ];
    const clusters = [...new Set(found.map(({ cluster }) => cluster))].sort();
    assert.equal(clusters.length, 3);
    for (const cluster of clusters) {
      const declared = networkPolicies(
        cluster?.startsWith("hub") === true ? "hub" : "region",
        withQueue,
      );
      const there = found.filter((policy) => policy.cluster === cluster);
      assert.deepEqual(there.map(rules), declared.map(rules), cluster);
    }
  });

  it("permit what a listener accepts, and nothing else", () => {
    const [policy] = networkPolicies("region", withQueue);
    assert.ok(policy);
    assert.deepEqual(policy.metadata, { name: "broker", namespace: "queue" });
    assert.deepEqual(policy.spec.podSelector, { matchLabels: { app: "broker" } });
    const space = (key: string, value: string) =>
      `{"namespaceSelector":{"matchLabels":{"${key}":"${value}"}}}`;
    assert.deepEqual(permissionsOf(policy.spec), [
      `from ${space("app.kubernetes.io/part-of", "shop")} TCP/9092`,
      `from ${space("kubernetes.io/metadata.name", "traefik")} TCP/9092`,
      'from {"podSelector":{"matchLabels":{"app":"broker"}}} TCP/peer',
    ]);
  });

  it("of apps open both ends of a flow: into apps that a component calls, and out to its listeners", () => {
    const before = permissionsOf(appPolicy("shop"));
    const after = permissionsOf(appPolicy("shop", withQueue));
    const inQueue =
      '"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"queue"}},"podSelector":{"matchLabels":{"app":"broker"}}';
    assert.deepEqual(
      after.filter((permission) => !before.includes(permission)),
      [
        'from {"namespaceSelector":{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"In","values":["queue","queue-operator"]}]},"podSelector":{"matchLabels":{"role":"consumer"}}} TCP/http',
        `to {${inQueue}} TCP/9092`,
      ],
    );
    assert.ok(before.every((permission) => after.includes(permission)));
  });

  it("are not made for a flow of a component without namespaces, which would permit every pod", () => {
    assert.throws(
      () => appPolicy("shop", [{ name: "lost", callsApps: { role: "consumer" } }]),
      RangeError,
    );
  });

  it("are in the namespaces of their own component", () => {
    for (const { name, namespaces = [], listeners = [] } of components)
      for (const { namespace } of listeners) assert.ok(namespaces.includes(namespace), name);
  });
});
