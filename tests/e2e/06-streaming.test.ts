import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { TopicRow } from "../../cli/topicView";
import { brokerLost, diskFull, mirrorLost } from "../../drills/faults/streaming";
import type { Fault } from "../../drills/faults/types";
import { Random } from "../../drills/random";
import { formatAccount, violations } from "../../drills/streaming/accounting";
import { readAll } from "../../drills/streaming/clients";
import { streamingSettings } from "../../drills/streaming/environment";
import { kafkaOf } from "../../drills/streaming/platform";
import { loseRegionWithConsumers } from "../../drills/streaming/regionLoss";
import { drillTopic } from "../../drills/streaming/topic";
import { readPorts } from "../../infra/providers/local/ports";
import type { Status } from "../../operations/status/model";
import { needKafka } from "../support/streaming/kafka";
import { eventually, longLived } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";

const [west, east] = ["eu-west-1", "us-east-1"] as const;
const regions = [west, east, "ap-southeast-1"];

const add = () =>
  platform.configure((config) => {
    config["meridian:streaming"] = streamingSettings;
  });
const remove = () =>
  platform.configure((config) => {
    delete config["meridian:streaming"];
  });

const isKafkas = (name: string) => /(^|\/)(kafka|streaming)-/.test(name);
const ready = () =>
  eventually("all is ready", 180, async () => {
    const status = await platform.status();
    if (!status.ready) throw new Error(JSON.stringify(status.components));
    return status;
  });

/** What the command prints after `--json`. */
async function json<T>(...args: string[]): Promise<T> {
  const output = await platform.must(...args, "--json");
  return JSON.parse(output.slice(output.search(/[[{]/))) as T;
}

describe("Kafka in every region", function () {
  this.timeout(900_000);
  const { signal } = new AbortController();
  let others: string[] = [];

  before(async function () {
    await needKafka(this);
    await sharedPlatformUp();
    await ready();
    others = await longLived(platform);
  });
  after(async () => {
    // Later tests find the platform without Kafka, also if a test has failed.
    remove();
    if (fs.existsSync(platform.instance.dir)) await platform.must("up", "local");
  });

  it("is added to a platform that runs, and changes none of its processes", async () => {
    add();
    await platform.must("up", "local");
    const found = (await longLived(platform)).filter((name) => !isKafkas(name));
    assert.deepEqual(found, others);
    const status = await json<Status>("status");
    const rows = status.components.find(({ name }) => name === "streaming")?.rows ?? [];
    assert.deepEqual(
      rows.map(({ name, ready: well, values = {} }) => [
        ...[name, well, values["brokers"], values["topics"]],
      ]),
      regions.map((name) => [name, true, "1/1", "1/1"]),
    );
    assert.match(await platform.must("status"), /STREAMING +BROKERS +TOPICS +UNDER-REPLICATED/);
  });

  it("lists its topics, and describes one by region", async () => {
    const rows = await json<TopicRow[]>("topic", "list");
    assert.deepEqual(
      rows.map(({ name, partitions, writers, readers }) => ({
        name,
        partitions,
        writers,
        readers,
      })),
      [{ name: "orders", partitions: 6, writers: ["orders"], readers: ["storefront"] }],
    );
    const row = await json<TopicRow>("topic", "describe", "orders");
    assert.deepEqual(Object.keys(row.regions), regions);
    assert.equal((await platform.run("topic", "describe", "nothing")).code, 1);
  });

  const recovers = (fault: Fault) => async () => {
    const own = { home: platform.home, instance: platform.instance, plan: platform.plan() };
    const { what, recovered, afterwards, end } = await fault.inject(own, new Random(1), signal);
    try {
      await ready();
      await eventually("the fault's own effect is gone", 60, () => recovered?.() ?? assert.fail());
      const note = (await afterwards?.()) ?? "";
      const [, acknowledged, delivered] = /^(\d+) acknowledged, (\d+) delivered/.exec(note) ?? [];
      assert.ok(Number(acknowledged) >= 200, `${what}: ${note}`);
      assert.equal(delivered, acknowledged, `${what}: ${note}`);
    } finally {
      await end?.();
    }
  };

  it("loses no acknowledged record with a broker that is killed", recovers(brokerLost));
  it("loses no acknowledged record with a mirror that is killed or hangs", recovers(mirrorLost));
  it("loses no acknowledged record with a broker whose disk is full", recovers(diskFull));

  it("lets consumers continue in another region while theirs is lost, and after its return", async () => {
    const account = await loseRegionWithConsumers(kafkaOf(platform.instance, signal), {
      ...{ ...drillTopic, lost: east, other: west, records: 200 },
      lose: () => platform.must("region", "lose", east),
      giveBack: () => platform.must("region", "return", east),
    });
    console.log(`      ${formatAccount(account)}`);
    assert.deepEqual(violations(account), []);
    assert.equal(account.delivered, account.acknowledged);
    // The group was known in the other region: it does not start at the oldest record.
    assert.ok(account.reread < account.acknowledged, formatAccount(account));
    await platform.share();
  });

  it("ends when it is removed from the configuration, and keeps its records for later", async () => {
    const records = await readAll(kafkaOf(platform.instance).access(west), "audit", ["orders"]);
    assert.ok(records.length > 0);
    // The lost region's processes are new.
    others = (await longLived(platform)).filter((name) => !isKafkas(name));
    remove();
    const output = await platform.must("up", "local");
    const folder = path.join(platform.instance.dataDir, `kafka-${west}-0`);
    assert.ok(
      output.includes(`kafka-${west}-0 is no longer configured. Its records stay in ${folder}`),
      output,
    );
    assert.deepEqual(await longLived(platform), others);
    assert.deepEqual(Object.keys(readPorts(platform.instance)).filter(isKafkas), []);
    const status = await platform.status();
    assert.deepEqual([status.ready, status.differences], [true, []]);

    add();
    await platform.must("up", "local");
    await ready();
    const found = await readAll(kafkaOf(platform.instance).access(west), "audit", ["orders"]);
    const text = (all: typeof records) => all.map((one) => JSON.stringify(one)).sort();
    assert.deepEqual(text(found), text(records));
  });
});
