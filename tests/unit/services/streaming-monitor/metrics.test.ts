import * as assert from "node:assert/strict";
import type { RegionState } from "../../../../infra/components/streaming/status";
import { monitored } from "../../../../infra/components/streaming/manifests/localProcesses";
import { Metrics } from "../../../../services/streaming-monitor/metrics";
import { streamingPlan } from "../../../support/streaming/kafka";

const [west, east] = ["eu-west-1", "us-east-1"] as const;
const topics = { orders: { partitions: 2, writers: ["orders"], readers: ["storefront"] } };
const regions = { [west]: ["127.0.0.1:1"], [east]: ["127.0.0.1:2"] };

/** A region with one topic: ends and times of the newest records by partition. */
const region = (name: string, ends: number[], newest: number[]): RegionState => ({
  brokers: 1,
  topics: { [name]: { partitions: ends.length, underReplicated: 0, ends, newest } },
  groups: {},
});

describe("the metrics of the streaming monitor", () => {
  let now = 0;
  let metrics: Metrics;
  const config = { regions, ...monitored(streamingPlan([west, east], { topics })) };
  beforeEach(() => {
    now = 1_000_000;
    metrics = new Metrics(config, () => now);
  });

  /** The samples of a metric, as `labels value`. */
  const samples = async (name: string) =>
    (await metrics.text())
      .split("\n")
      .filter((line) => line.startsWith(`meridian_kafka_${name}{`))
      .map((line) => line.slice(`meridian_kafka_${name}`.length));
  const flow = `{region="${east}",source="${west}",topic="orders"}`;
  const lagOf = async (name: "records" | "seconds") =>
    (await samples(`mirror_lag_${name}`)).filter((sample) => sample.startsWith(flow));
  const copied = `${west}.orders`;

  it("have a help text and a type each", async () => {
    const text = await metrics.text();
    const names = [...text.matchAll(/^# HELP (\w+) .*\.$/gm)].map(([, name]) => name);
    assert.equal(names.length, 7);
    for (const name of names) assert.ok(text.includes(`# TYPE ${name} gauge`), name);
  });

  it("show a region that does not answer, and nothing else of it", async () => {
    metrics.update(west, region("orders", [5, 0], [1, -1]));
    metrics.update(east, { error: "refused" });
    assert.deepEqual(await samples("up"), [`{region="${west}"} 1`, `{region="${east}"} 0`]);
    assert.deepEqual(await samples("brokers"), [`{region="${west}"} 1`]);
    assert.deepEqual(await samples("brokers_planned"), [
      `{region="${west}"} 1`,
      `{region="${east}"} 1`,
    ]);
    assert.deepEqual(await samples("mirror_lag_records"), []);
  });

  it("count the records that a mirror has not copied", async () => {
    metrics.update(west, region("orders", [5, 7], [100, 200]));
    metrics.update(east, region(copied, [5, 4], [100, 150]));
    assert.deepEqual(await lagOf("records"), [`${flow} 3`]);
  });

  it("tell how long the oldest record has waited for its copy", async () => {
    metrics.update(west, region("orders", [5, 7], [100, 200]));
    metrics.update(east, region(copied, [5, 7], [100, 200]));
    assert.deepEqual(await lagOf("seconds"), [`${flow} 0`]);
    now += 3000;
    metrics.update(west, region("orders", [6, 7], [300, 200]));
    now += 9000;
    metrics.update(west, region("orders", [8, 7], [400, 200]));
    assert.deepEqual(await lagOf("seconds"), [`${flow} 9`]);
    // The first is copied; the second has waited since the last reading.
    metrics.update(east, region(copied, [6, 7], [300, 200]));
    now += 2000;
    assert.deepEqual(await lagOf("seconds"), [`${flow} 2`]);
    metrics.update(east, region(copied, [8, 7], [400, 200]));
    assert.deepEqual(await lagOf("seconds"), [`${flow} 0`]);
  });

  it("have no lag in time for records that expired before they were mirrored", async () => {
    metrics.update(west, region("orders", [50, 7], [100, 200]));
    metrics.update(east, region(copied, [5, 7], [100, 200]));
    now += 60_000;
    assert.deepEqual(await lagOf("seconds"), [`${flow} 0`]);
  });

  it("still grow while the source does not answer: its records are not copied", async () => {
    metrics.update(west, region("orders", [5, 7], [100, 200]));
    metrics.update(east, region(copied, [5, 6], [100, 100]));
    metrics.update(west, { error: "refused" });
    now += 30_000;
    assert.deepEqual(await lagOf("seconds"), [`${flow} 30`]);
    assert.deepEqual(await samples("mirror_lag_records"), []);
  });

  it("count partitions without all replicas, and what groups have not read", async () => {
    const state = region("orders", [5, 7], [100, 200]);
    const orders = { partitions: 2, underReplicated: 1, ends: [5, 7] };
    metrics.update(west, {
      ...state,
      topics: { orders },
      groups: { storefront: { orders: [5, 3] }, orders: { orders: [-1, 7] } },
    });
    const labels = (group: string) => `{region="${west}",group="${group}",topic="orders"}`;
    assert.deepEqual(await samples("under_replicated_partitions"), [
      `{region="${west}",topic="orders"} 1`,
    ]);
    assert.deepEqual(await samples("group_lag_records"), [
      `${labels("storefront")} 4`,
      `${labels("orders")} 0`,
    ]);
  });
});
