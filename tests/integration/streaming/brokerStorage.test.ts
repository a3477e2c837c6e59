import * as assert from "node:assert/strict";
import { violations } from "../../../drills/streaming/accounting";
import { KafkaDrill } from "../../../drills/streaming/drill";
import { fillDisk } from "../../../drills/streaming/platform";
import { waitUntil } from "../../../drills/streaming/waitUntil";
import { adminUser, brokerName } from "../../../infra/components/streaming/localNames";
import { KafkaRegions, needKafka, streamingPlan } from "../../support/streaming/kafka";

const region = "eu-west-1";
const name = brokerName(region, 0);

describe("the storage of a broker on this machine", function () {
  this.timeout(240_000);
  const topics = { orders: { partitions: 3, writers: ["orders"], readers: ["storefront"] } };
  const plan = streamingPlan([region], { topics });
  const regions = new KafkaRegions(plan);
  const kafka = { plan, access: () => regions.access(adminUser, region) };

  before(async function () {
    await needKafka(this);
    await regions.start();
  });
  after(() => regions.remove());

  /** Records are acknowledged before and after an event, and a group gets each one. */
  async function losesNothing(event: (drill: KafkaDrill) => Promise<void>): Promise<void> {
    const drill = new KafkaDrill(kafka, "orders", "storefront");
    const more = async () => {
      const before = drill.acknowledged;
      await waitUntil("records", 90, undefined, () => drill.acknowledged >= before + 60);
    };
    try {
      const [writer, reader] = [drill.write(region), drill.read(region)];
      await more();
      await event(drill);
      await more();
      await writer.stop();
      await drill.drained(reader);
      await reader.stop();
      const account = await drill.account();
      assert.deepEqual(violations(account), []);
      assert.equal(account.delivered, account.acknowledged);
    } finally {
      await drill.stop();
    }
  }

  it("is full: the broker ends by itself, and has every acknowledged record when it starts again", () =>
    losesNothing(async () => {
      fillDisk(regions.pid(name));
      // Kafka's own end, not that of a signal.
      assert.equal(await regions.ended(name), 1);
      await regions.startRegion(region);
    }));

  it("belongs to the broker at other ports, too", async () => {
    const drill = new KafkaDrill(kafka, "orders", "storefront");
    const writer = drill.write(region);
    await waitUntil("records", 90, undefined, () => drill.acknowledged >= 60);
    await drill.stop();
    assert.ok(writer.acknowledged.length >= 60);
    await regions.end(name, "SIGKILL");
    await regions.choosePorts();
    await regions.startRegion(region);
    await regions.apply(plan);
    const reader = drill.read(region);
    await drill.drained(reader);
    await drill.stop();
    const account = await drill.account();
    assert.deepEqual(violations(account), []);
    assert.equal(account.delivered, account.acknowledged);
    await losesNothing(() => Promise.resolve());
  });
});
