import * as assert from "node:assert/strict";
import { formatAccount, violations } from "../../../drills/streaming/accounting";
import { KafkaDrill } from "../../../drills/streaming/drill";
import { loseRegionWithConsumers } from "../../../drills/streaming/regionLoss";
import { adminUser, brokerName, mirrorName } from "../../../infra/components/streaming/localNames";
import { KafkaRegions, needKafka, streamingPlan } from "../../support/streaming/kafka";

const [west, east] = ["eu-west-1", "us-east-1"] as const;

describe("consumers of Kafka in two regions", function () {
  this.timeout(300_000);
  const plan = streamingPlan([west, east], {
    topics: { orders: { partitions: 3, writers: ["orders"], readers: ["storefront"] } },
    mirroring: { rpoSeconds: 2 },
  });
  const regions = new KafkaRegions(plan);
  const kafka = { plan, access: (region: string) => regions.access(adminUser, region) };

  before(async function () {
    await needKafka(this);
    await regions.start();
    [west, east].forEach((region) => regions.startMirror(region));
  });
  after(() => regions.remove());

  it("get every acknowledged record once when nothing fails", async () => {
    const drill = new KafkaDrill(kafka, "orders", "storefront");
    await drill.mirrored();
    const [writer, reader] = [drill.write(west), drill.read(west)];
    while (drill.acknowledged < 200) await new Promise((resolve) => setTimeout(resolve, 100));
    await writer.stop();
    await drill.mirrored();
    await drill.drained(reader);
    await drill.stop();
    const account = await drill.account();
    assert.deepEqual(violations(account), []);
    assert.equal(account.delivered, account.acknowledged);
    assert.equal(account.copiedAgain, 0);
  });

  it("continue in the other region and after the return: nothing acknowledged is lost or skipped", async () => {
    const account = await loseRegionWithConsumers(kafka, {
      ...{ topic: "orders", reader: "storefront", lost: west, other: east, records: 400 },
      lose: () =>
        Promise.all([
          regions.end(brokerName(west, 0), "SIGKILL"),
          regions.end(mirrorName(west), "SIGKILL"),
        ]),
      giveBack: async () => {
        await regions.startRegion(west);
        regions.startMirror(west);
      },
    });
    console.log(formatAccount(account));
    assert.deepEqual(violations(account), []);
    assert.equal(account.delivered, account.acknowledged);
    assert.ok(account.acknowledged >= 800, formatAccount(account));
    assert.ok(account.tail < account.acknowledged, formatAccount(account));
  });
});
