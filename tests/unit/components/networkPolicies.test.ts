import * as assert from "node:assert/strict";
import type { Component } from "../../../infra/components/component";
import type { Listener } from "../../../infra/components/flow";
import {
  type NetworkPolicy,
  appPolicy,
  networkPolicies,
  networkPolicyOf,
} from "../../../infra/components/networkPolicies";
import { addressParty, podParty } from "../../support/network/evaluation";
import { permissionsOf } from "../../support/network/permissions";
import { evaluatePolicies } from "../../support/network/policies";
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
const onAws = awsPlanOf(["eu-west-1", "us-east-1"]);

describe("network policies", () => {
  for (const mode of ["automatic", "manual"])
    it(`on AWS are those of the declared flows, on the hub and in every region: failback is ${mode}`, async function () {
      this.timeout(60_000);
      const plan = awsPlanOf(["eu-west-1", "us-east-1"], {}, { failback: { mode } });
      const { registered } = await registerWhole(plan, withQueue);
      const found = registered
        .filter(({ type }) => type === "kubernetes:networking.k8s.io/v1:NetworkPolicy")
        .map(({ provider, inputs }) => ({
          cluster: provider,
          ...(inputs as unknown as NetworkPolicy),
        }));
      const rules = ({ metadata, spec }: NetworkPolicy) =>
        JSON.stringify([metadata, spec.podSelector, spec.policyTypes, permissionsOf(spec)]);
      const clusters = [...new Set(found.map(({ cluster }) => cluster))].sort();
      assert.equal(clusters.length, 3);
      for (const cluster of clusters) {
        const kind = cluster?.startsWith("hub") === true ? "hub" : "region";
        const there = found.filter((policy) => policy.cluster === cluster);
        assert.deepEqual(
          there.map(rules).sort(),
          networkPolicies(kind, plan, withQueue).map(rules).sort(),
          cluster,
        );
      }
      const hub = networkPolicies("hub", plan).map(({ metadata: { name } }) => name);
      assert.deepEqual(hub, mode === "automatic" ? ["etcd", "failback"] : ["etcd"]);
    });

  it("permit what a listener accepts, and nothing else", () => {
    const [policy] = networkPolicies("region", onAws, withQueue);
    assert.ok(policy);
    assert.deepEqual(policy.metadata, { name: "broker", namespace: "queue" });
    assert.deepEqual(policy.spec.podSelector, { matchLabels: { app: "broker" } });
    assert.deepEqual(policy.spec.policyTypes, ["Ingress"]);
    const space = (key: string, value: string) =>
      `{"namespaceSelector":{"matchLabels":{"${key}":"${value}"}}}`;
    assert.deepEqual(permissionsOf(policy.spec), [
      `from ${space("app.kubernetes.io/part-of", "shop")} TCP/9092`,
      `from ${space("kubernetes.io/metadata.name", "traefik")} TCP/9092`,
      'from {"podSelector":{"matchLabels":{"app":"broker"}}} TCP/peer',
    ]);
  });

  it("permit what a listener reaches, and no other traffic out of its pods", () => {
    const peer = podParty({ namespace: "store", labels: { app: "store" } }).peer;
    const listener: Listener = {
      ...{ name: "broker", cluster: "region", namespace: "queue", pods: { app: "broker" } },
      accepts: [],
    };
    const open = (more: Pick<Listener, "reaches">) => {
      const policy = networkPolicyOf({ ...listener, ...more });
      const from = podParty({ namespace: "queue", labels: { app: "broker" } }).peer;
      const others = [
        podParty({ namespace: "store", labels: { app: "other" } }).peer,
        podParty({ namespace: "queue", labels: { app: "store" } }).peer,
        addressParty("the internet", "203.0.113.9").peer,
      ];
      return [peer, ...others].map((to) =>
        (["TCP 5432", "UDP 5432", "UDP 53", "TCP 53", "TCP 443"] as const).filter((one) => {
          const [protocol, port] = one.split(" ") as ["TCP" | "UDP", string];
          const connection = { from, to, port: Number(port), protocol };
          const object = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", ...policy };
          return evaluatePolicies([object], connection).length === 0;
        }),
      );
    };
    const names = ["UDP 53", "TCP 53"];
    const store = { namespace: "store", labels: { app: "store" }, to: { port: 5432 } };
    assert.deepEqual(open({ reaches: [{ kind: "pods", ...store }, { kind: "dns" }] }), [
      ["TCP 5432", ...names],
      names,
      names,
      names,
    ]);
    assert.deepEqual(open({ reaches: [] }), [[], [], [], []]);
    assert.ok(open({}).every((ports) => ports.length === 5));
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
