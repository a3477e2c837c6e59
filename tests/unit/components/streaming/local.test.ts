import * as assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import * as fc from "fast-check";
import { aclRules, compareRules } from "../../../../infra/components/streaming/aclRules";
import { identities } from "../../../../infra/components/streaming/handlers/identities";
import {
  brokerProcesses,
  identitiesOf,
  kafkaId,
  type KafkaMachine,
  mirrorProcess,
} from "../../../../infra/components/streaming/manifests/localProcesses";
import { groupLags, mirrorLag, streamingRows } from "../../../../infra/components/streaming/status";
import { topicChanges, unconfigured } from "../../../../infra/components/streaming/topicChanges";
import { streamingPlan } from "../../../support/streaming/kafka";

const [west, east] = ["eu-west-1", "us-east-1"] as const;
const topics = { orders: { partitions: 2, writers: ["orders"], readers: ["storefront"] } };
const plan = streamingPlan([west, east], { brokers: 3, topics });

/** Ports by name, counted up. */
const ports = new Map<string, number>();
const machine: KafkaMachine = {
  environment: "test",
  tools: { java: "/tools/java", kafka: "/tools/kafka" },
  folder: (name) => `/files/${name}`,
  data: (name) => `/data/${name}`,
  port: (name) => ports.get(name) ?? (ports.set(name, 20_000 + ports.size), ports.get(name) ?? 0),
};
const settingsOf = (file = ""): Record<string, string> =>
  Object.fromEntries(
    file.split("\n").map((line): [string, string] => {
      const [key = "", value = ""] = line.split(/=(.*)/s);
      return [key, value];
    }),
  );

describe("Kafka's processes on this machine", () => {
  const cluster = plan.clusters[0];
  assert.ok(cluster);
  const brokers = brokerProcesses(cluster, machine);

  it("are brokers that accept only certificates, on loopback, and allow only what ACLs allow", () => {
    assert.equal(brokers.length, 3);
    for (const { files, ports: own, name } of brokers) {
      const settings = settingsOf(files["server.properties"]);
      assert.equal(settings["ssl.client.auth"], "required");
      assert.equal(settings["allow.everyone.if.no.acl.found"], "false");
      assert.equal(settings["listener.security.protocol.map"], "CLIENTS:SSL,CONTROLLER:SSL");
      assert.equal(settings["super.users"], `User:CN=broker.${west};User:CN=admin.meridian`);
      const addresses = (settings["listeners"] ?? "").split(",");
      assert.deepEqual(
        addresses.map((address: string) => address.replace(/^\w+:\/\//, "")),
        own.map((port) => `127.0.0.1:${port}`),
        name,
      );
      assert.equal(settings["log.dirs"], `/data/${name}`);
    }
    const racks = brokers.map(({ files }) => settingsOf(files["server.properties"])["broker.rack"]);
    assert.equal(new Set(racks).size, 3);
  });

  it("are formatted for one cluster, with the same controllers, whose IDs never change", () => {
    const [first, ...others] = brokers.map(({ storage }) => storage);
    for (const { clusterId, controllers } of others) {
      assert.equal(clusterId, first?.clusterId);
      assert.deepEqual(controllers, first?.controllers);
    }
    assert.equal(first?.controllers.length, 3);
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.match(kafkaId(text), /^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/);
        assert.equal(kafkaId(text), kafkaId(text));
      }),
    );
  });

  it("are a mirror that copies into its own region only", () => {
    const mirror = plan.mirrors.find(({ target }) => target === east);
    assert.ok(mirror);
    const { files, command } = mirrorProcess(mirror, plan, machine);
    const settings = settingsOf(files["mirror.properties"]);
    const enabled = Object.keys(settings).filter((key) => key.endsWith(".enabled"));
    for (const key of enabled.filter((one) => one.includes("->")))
      assert.ok(key.startsWith(`${west}->${east}.`), key);
    assert.equal(settings[`${west}->${east}.enabled`], "true");
    // MirrorMaker reads the settings of a worker only below the name of its region.
    assert.equal(settings[`${east}.plugin.discovery`], "service_load");
    assert.equal(settings[`${east}.offset.flush.interval.ms`], "1000");
    assert.deepEqual(command.slice(-2), ["--clusters", east]);
  });

  it("have certificates of one authority; a change of the list issues only those that are new", async () => {
    const list = identitiesOf(plan);
    assert.equal(new Set(list.map(({ name }) => name)).size, list.length);
    const { outputs } = await identities.create({ name: "ca", identities: list });
    const ca = new X509Certificate(outputs.authority);
    for (const { name, hosts } of list) {
      const certificate = new X509Certificate(outputs.pairs[name]?.certificate ?? "");
      assert.ok(certificate.verify(ca.publicKey), name);
      assert.equal(certificate.subject, `CN=${name}`);
      assert.equal(certificate.checkIP("127.0.0.1") !== undefined, hosts.length > 0, name);
    }
    const more = [...list.filter(({ name }) => name !== "orders"), { name: "new", hosts: [] }];
    const old = { name: "ca", identities: list, ...outputs };
    const after = await identities.update("ca", old, { name: "ca", identities: more });
    assert.equal(after.authority, outputs.authority);
    assert.deepEqual(after.pairs["storefront"], outputs.pairs["storefront"]);
    assert.equal(after.pairs["orders"], undefined);
    assert.ok(new X509Certificate(after.pairs["new"]?.certificate ?? "").verify(ca.publicKey));
  });
});

describe("Topics and permissions of Kafka on this machine", () => {
  const [cluster] = plan.clusters;
  const rules = aclRules(cluster?.users ?? []);

  it("are as planned afterwards, whatever permissions there were", () => {
    assert.ok(rules.length > 5);
    const subset = fc.subarray(rules);
    fc.assert(
      fc.property(subset, subset, (wanted, found) => {
        const { missing, extra } = compareRules(wanted, found);
        const after = [...found.filter((rule) => !extra.includes(rule)), ...missing];
        const sorted = (all: readonly object[]) => all.map((rule) => JSON.stringify(rule)).sort();
        assert.deepEqual(sorted(after), sorted(wanted));
      }),
    );
  });

  it("grow and change, and never shrink or go", () => {
    const wanted = cluster?.topics ?? [];
    const [orders] = wanted;
    assert.ok(orders);
    const found = { partitions: 2, replicationFactor: 3, config: orders.config };
    const nothing = { create: [], grow: [], configure: [], refused: [] };
    assert.deepEqual(topicChanges(wanted, { orders: found }), nothing);
    assert.deepEqual(topicChanges(wanted, {}), { ...nothing, create: wanted });
    assert.deepEqual(topicChanges(wanted, { orders: { ...found, partitions: 1 } }).grow, [
      { name: "orders", partitions: 2 },
    ]);
    const changed = { ...found, config: { ...orders.config, "retention.ms": "1", gone: "x" } };
    assert.deepEqual(topicChanges(wanted, { orders: changed }).configure, [
      {
        name: "orders",
        set: { "retention.ms": orders.config["retention.ms"] },
        unset: ["gone"],
      },
    ]);
    const larger = { ...found, partitions: 4, replicationFactor: 1 };
    const { refused } = topicChanges(wanted, { orders: larger });
    assert.match(refused.join("\n"), /has 4 partitions, and 2 .*\n.*factor 1, and 3 is/);
    assert.deepEqual(
      unconfigured(["orders", "old", "deleted"], wanted, { orders: found, old: found }),
      ["old"],
    );
  });
});

describe("The status of Kafka", () => {
  const topic = (...ends: number[]) => ({ partitions: ends.length, underReplicated: 0, ends });
  const state = {
    [west]: {
      brokers: 3,
      topics: { orders: topic(10, 5), [`${east}.orders`]: topic(0, 0) },
      groups: { storefront: { orders: [10, 3] } },
    },
    [east]: {
      brokers: 2,
      topics: { orders: topic(0, 0), [`${west}.orders`]: topic(8, 5) },
      groups: {},
    },
  };

  it("has a row for each region, with the lag of its mirror and of its groups", () => {
    assert.deepEqual(streamingRows(plan, state), [
      {
        ...{ name: west, ready: true },
        values: {
          ...{ brokers: "3/3", topics: "1/1", "under-replicated": 0 },
          ...{ "mirror lag": `${east} 0`, "group lag": "storefront 2" },
        },
      },
      {
        ...{ name: east, ready: false },
        values: {
          ...{ brokers: "2/3", topics: "1/1", "under-replicated": 0 },
          ...{ "mirror lag": `${west} 2`, "group lag": "-" },
        },
      },
    ]);
  });

  it("is not ready while a partition lacks a replica", () => {
    const { [west]: whole } = state;
    const [topic] = Object.entries(whole.topics);
    assert.ok(topic);
    const lacking = { ...whole.topics, [topic[0]]: { ...topic[1], underReplicated: 1 } };
    const [row] = streamingRows(plan, { ...state, [west]: { ...whole, topics: lacking } });
    assert.deepEqual([row?.ready, row?.values?.["under-replicated"]], [false, 1]);
  });

  it("tells a region that does not answer, and what is unknown because of it", () => {
    const rows = streamingRows(plan, { ...state, [west]: { error: "connection refused" } });
    assert.deepEqual(
      rows.map(({ ready, values }) => [ready, values?.["brokers"], values?.["mirror lag"]]),
      [
        [false, "no answer", "-"],
        [false, "2/3", `${west} unknown`],
      ],
    );
    assert.ok(streamingRows(plan, {}).every(({ ready }) => !ready));
  });

  it("counts no partition without an offset, and no record twice", () => {
    const { [west]: source, [east]: target } = state;
    assert.deepEqual(groupLags({ ...source, groups: { g: { orders: [-1, 2], gone: [7] } } }), {
      g: 3,
    });
    const flow = plan.mirrors.find((one) => one.target === east)?.flows[0];
    assert.ok(flow);
    assert.equal(mirrorLag(flow, source, { ...target, topics: {} }), 15);
    assert.equal(mirrorLag(flow, undefined, target), undefined);
  });
});
