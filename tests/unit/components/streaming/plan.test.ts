import assert from "node:assert/strict";
import fc from "fast-check";
import { targetTopic } from "../../../../infra/components/streaming/users";
import { diagnosticsOf, parsed, sound } from "../../config/sample";
import { planStreaming, type StreamingPlan } from "../../../../infra/components/streaming/plan";
import { environments, plannedOf, topics, withAwsStreaming, withStreaming } from "./sample";

describe("the plan of streaming", () => {
  it("is absent without the option", () => {
    assert.equal(planStreaming(parsed(sound())), undefined);
  });

  it("copies no record back to its origin and none twice, in any environment", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        const plan = plannedOf(raw);
        for (const { region, topics: own } of plan.clusters)
          for (const { name } of own) {
            const arrivals = arrivalsOf(plan, region, name);
            assert.ok(!arrivals.includes(region), `${name} returns to ${region}`);
            assert.equal(new Set(arrivals).size, arrivals.length, `${name} arrives twice`);
          }
      }),
    );
  });

  it("exists without prefixes exactly where no record returns or arrives twice", () => {
    const regions = ["eu-west-1", "us-east-1", "ap-southeast-1"];
    const pairs = regions.flatMap((from) =>
      regions.filter((to) => to !== from).map((to) => ({ from, to })),
    );
    fc.assert(
      fc.property(fc.subarray(pairs), (flows) => {
        const raw = withStreaming({ topics, mirroring: { names: "identity", flows } });
        const accepted = diagnosticsOf(raw).length === 0;
        assert.equal(
          accepted,
          regions.every((start) => pathsFrom(start, flows) !== undefined),
        );
      }),
    );
  });

  it("mirrors every topic of every region to every other by default", () => {
    const plan = plannedOf(withStreaming({ topics }));
    for (const { region } of plan.clusters)
      for (const name of Object.keys(topics))
        assert.deepEqual(
          arrivalsOf(plan, region, name).sort(),
          plan.clusters
            .map((cluster) => cluster.region)
            .filter((other) => other !== region)
            .sort(),
        );
  });

  it("has one mirror for each target, and in it one flow for each pair of regions", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        const plan = plannedOf(raw);
        const targets = plan.mirrors.map(({ target }) => target);
        assert.equal(new Set(targets).size, targets.length);
        for (const { target, flows } of plan.mirrors) {
          const sources = flows.map(({ from }) => from);
          assert.ok(sources.length > 0 && !sources.includes(target));
          for (const { topics: names } of flows) assert.ok(names.length > 0);
        }
      }),
    );
  });

  it("spreads brokers over zones, with one controller or three", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        for (const { brokers } of plannedOf(raw).clusters) {
          assert.deepEqual(
            brokers.map(({ id }) => id),
            brokers.map((_, index) => index),
          );
          const controllers = brokers.filter(({ controller }) => controller).length;
          assert.equal(controllers, brokers.length === 1 ? 1 : 3);
          const zones = [...new Set(brokers.map(({ zone }) => zone))];
          const counts = zones.map(
            (zone) => brokers.filter((broker) => broker.zone === zone).length,
          );
          assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
        }
      }),
    );
  });

  it("keeps every topic writable after the loss of a broker, where there is more than one copy", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        for (const { brokers, topics: planned } of plannedOf(raw).clusters)
          for (const { replicationFactor, config } of planned) {
            const inSync = Number(config["min.insync.replicas"]);
            const zones = new Set(brokers.map(({ zone }) => zone)).size;
            assert.ok(replicationFactor <= Math.min(brokers.length, zones));
            assert.ok(inSync >= 1 && (replicationFactor === 1 || inSync < replicationFactor));
          }
      }),
    );
  });

  it("creates no topic that is not declared, loses no acknowledged record, and copies no ACL", () => {
    const { clusters, mirrors } = plannedOf(withStreaming({ topics }));
    for (const { config } of clusters) {
      assert.equal(config["auto.create.topics.enable"], "false");
      assert.equal(config["unclean.leader.election.enable"], "false");
    }
    for (const { source } of mirrors.flatMap(({ flows }) => flows))
      assert.equal(source["sync.topic.acls.enabled"], "false");
  });

  it("copies several batches at a time without loss or a change of order", () => {
    const { mirrors } = plannedOf(withStreaming({ topics }));
    for (const { worker } of mirrors) {
      assert.equal(worker["producer.acks"], "all");
      // Kafka preserves the order for idempotent producers with up to five requests.
      assert.equal(worker["producer.enable.idempotence"], "true");
      const requests = Number(worker["producer.max.in.flight.requests.per.connection"]);
      assert.ok(requests > 1 && requests <= 5, String(requests));
    }
  });

  it("lets the system size the buffers of connections between regions", () => {
    const { clusters, mirrors } = plannedOf(withStreaming({ topics }));
    for (const { config } of clusters) assert.equal(config["socket.send.buffer.bytes"], "-1");
    for (const { source } of mirrors.flatMap(({ flows }) => flows))
      assert.equal(source["consumer.receive.buffer.bytes"], "-1");
  });

  it("translates offsets within the objective", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        const rpo = (raw as { streaming: { mirroring: { rpoSeconds: number } } }).streaming;
        for (const { flows } of plannedOf(raw).mirrors)
          for (const { checkpoint } of flows) {
            const sum =
              Number(checkpoint["emit.checkpoints.interval.seconds"]) +
              Number(checkpoint["sync.group.offsets.interval.seconds"]);
            assert.ok(sum <= rpo.mirroring.rpoSeconds);
          }
      }),
    );
  });

  it("selects by its patterns exactly the flow's topics, and the groups of their readers", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        for (const { flows } of plannedOf(raw).mirrors)
          for (const { topics: names, topicsPattern, groupsPattern, apps } of flows) {
            assert.doesNotMatch(topicsPattern + groupsPattern, /[\\,]/);
            for (const name of ["orders", "prices.current", "pricesxcurrent", "carts", "audit-log"])
              assert.equal(full(topicsPattern).test(name), names.includes(name), name);
            for (const app of ["orders", "storefront", "catalog"]) {
              assert.equal(full(groupsPattern).test(app), apps.includes(app), app);
              assert.equal(full(groupsPattern).test(`${app}.nightly`), apps.includes(app), app);
              assert.ok(!full(groupsPattern).test(`${app}-nightly`));
            }
          }
      }),
    );
  });

  it("gives clients every other region as a fall-back, the one after their own first", () => {
    fc.assert(
      fc.property(environments, (raw) => {
        const { clients, clusters } = plannedOf(raw);
        const regions = clusters.map(({ region }) => region);
        assert.deepEqual(
          clients.map(({ region }) => region),
          regions,
        );
        for (const [index, { region, fallbacks }] of clients.entries()) {
          assert.deepEqual([region, ...fallbacks].sort(), [...regions].sort());
          assert.equal(
            fallbacks[0],
            regions.length > 1 ? regions[(index + 1) % regions.length] : undefined,
          );
        }
      }),
    );
  });

  it("has three brokers on AWS and one on local by default", () => {
    const brokers = (raw: Record<string, unknown>) =>
      plannedOf(raw).clusters.map((cluster) => cluster.brokers.length);
    assert.deepEqual(brokers(withAwsStreaming({ topics })), [3, 3, 3]);
    assert.deepEqual(brokers(withStreaming({ topics })), [1, 1, 1]);
  });
});

/** Every region that a record written in a topic of `origin` is copied to, once for each copy. */
function arrivalsOf(plan: StreamingPlan, origin: string, topic: string): string[] {
  const queue = [{ region: origin, name: topic }];
  const arrivals: string[] = [];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const { target, flows } of plan.mirrors)
      for (const flow of flows) {
        if (flow.from !== at.region || !full(flow.topicsPattern).test(at.name)) continue;
        // More copies than any sound plan makes: a cycle.
        if (arrivals.length > 100) throw new Error(`${topic} of ${origin} is copied without end`);
        arrivals.push(target);
        queue.push({ region: target, name: targetTopic(flow, at.name) });
      }
  }
  return arrivals;
}

/** Regions that a record reaches from a region, by every path; undefined if it reaches one twice. */
function pathsFrom(
  start: string,
  flows: readonly { readonly from: string; readonly to: string }[],
  seen: string[] = [start],
): string[] | undefined {
  for (const { from, to } of flows) {
    if (from !== start) continue;
    if (seen.includes(to)) return undefined;
    seen.push(to);
    if (pathsFrom(to, flows, seen) === undefined) return undefined;
  }
  return seen;
}

function full(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
