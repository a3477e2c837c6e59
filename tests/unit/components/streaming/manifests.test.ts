import assert from "node:assert/strict";
import fc from "fast-check";
import { brokerPools, kafkaObject } from "../../../../infra/components/streaming/manifests/kafka";
import { mirrorObject } from "../../../../infra/components/streaming/manifests/mirror";
import { topicObjectName } from "../../../../infra/components/streaming/manifests/topics";
import { parseEnvironment } from "../../../../infra/config/parse";
import { planPlatform } from "../../../../infra/plan";
import { planBrokersEdge } from "../../../../infra/components/streaming/awsEdge";
import { environments, plannedOf, topics, withAwsStreaming } from "./sample";

const raw = withAwsStreaming({ topics });
const plan = plannedOf(raw);
const hosts = Object.fromEntries(plan.clusters.map(({ region }) => [region, `${region}.test`]));

describe("the objects of streaming", () => {
  it("put each broker in exactly one pool of its zone and roles", () => {
    fc.assert(
      fc.property(environments, (drawn) => {
        for (const { brokers } of plannedOf(drawn).clusters) {
          const pools = brokerPools(brokers);
          assert.equal(new Set(pools.map(({ name }) => name)).size, pools.length);
          const found = pools.flatMap(({ ids, zone, controller }) =>
            ids.map((id) => ({ id, zone, controller })),
          );
          assert.deepEqual(
            found.sort((one, other) => one.id - other.id),
            brokers,
          );
        }
      }),
    );
  });

  it("give the load balancer one target for each port that a broker advertises", () => {
    fc.assert(
      fc.property(environments, (drawn) => {
        const result = parseEnvironment("test", drawn);
        assert.ok(result.ok);
        const { regions } = planPlatform(result.environment);
        for (const cluster of plannedOf(drawn).clusters) {
          const edge = planBrokersEdge(cluster, regions);
          const ports = edge.targets.map(({ port }) => port);
          assert.equal(new Set(ports).size, cluster.brokers.length + 1);
          const endpoint = { host: "kafka.test", loadBalancers: edge.network };
          const [, listener] = kafkaObject(plan, cluster, endpoint).spec.kafka.listeners;
          for (const { advertisedPort } of listener?.configuration?.brokers ?? [])
            assert.ok(ports.includes(advertisedPort));
          assert.ok(edge.clients.every(({ region }) => region !== cluster.region));
          assert.equal(edge.clients.length, regions.length - 1);
        }
      }),
    );
  });

  it("let only the declared apps and the brokers' own namespace reach the clients' listener", () => {
    const [cluster] = plan.clusters;
    assert.ok(cluster);
    const [listener] = kafkaObject(plan, cluster).spec.kafka.listeners;
    assert.deepEqual(listener?.networkPolicyPeers, [
      {
        namespaceSelector: {
          matchExpressions: [
            {
              key: "kubernetes.io/metadata.name",
              operator: "In",
              values: ["catalog", "orders", "storefront"],
            },
          ],
        },
      },
      { podSelector: {} },
    ]);
  });

  it("name a mirror's source without an address as a mistake of the program", () => {
    const [mirror] = plan.mirrors;
    assert.ok(mirror);
    assert.throws(() => mirrorObject(plan, mirror, {}), RangeError);
    const { spec } = mirrorObject(plan, mirror, hosts);
    assert.deepEqual(
      spec.mirrors.map(({ source }) => source.bootstrapServers),
      mirror.flows.map(({ from }) => `${from}.test:9094`),
    );
  });

  it("use names of objects that Kubernetes takes, different for each topic", () => {
    const kafkaName = fc.stringMatching(/^[A-Za-z0-9._-]{1,249}$/);
    fc.assert(
      fc.property(kafkaName, kafkaName, (one, other) => {
        const name = topicObjectName(one);
        assert.match(name, /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
        assert.doesNotMatch(name, /[.]-|-[.]|[.][.]/);
        assert.ok(name.length <= 253);
        if (one !== other) assert.notEqual(name, topicObjectName(other));
      }),
    );
  });
});
