import assert from "node:assert/strict";
import { isWhole, topicRows, topicTable, topicText } from "../../../cli/topicView";
import type { TopicConfig } from "../../../infra/components/streaming/configuration";
import { streamingPlan } from "../../support/streaming/kafka";

const [west, east] = ["eu-west-1", "us-east-1"] as const;
const plan = streamingPlan([west, east], {
  topics: {
    orders: { partitions: 2, writers: ["orders"], readers: ["storefront"], retention: "36h" },
    prices: { partitions: 1, writers: ["catalog"], cleanup: "compact" },
  },
});
const use = (name: string, writers: string[], readers: string[]) =>
  ({ name, writers, readers }) as unknown as TopicConfig;
const configured = [use("orders", ["orders"], ["storefront"]), use("prices", ["catalog"], [])];
const topic = (...ends: number[]) => ({ partitions: ends.length, underReplicated: 0, ends });
const state = {
  [west]: {
    brokers: 1,
    topics: {
      ...{ orders: topic(10, 5), [`${east}.orders`]: topic(3, 0) },
      ...{ prices: topic(7), [`${east}.prices`]: topic(0) },
    },
    groups: {
      storefront: { orders: [10, 3], [`${east}.orders`]: [1, 0], prices: [0] },
      other: { prices: [2] },
    },
  },
  [east]: {
    brokers: 1,
    topics: { orders: topic(4, 0), [`${west}.orders`]: topic(8, 5), prices: topic(0) },
    groups: {},
  },
};
const text = (lines: string) => lines.replaceAll(/\x1b\[\d+m/g, "");

describe("The topics of Kafka", () => {
  const rows = topicRows(plan, configured, state);

  it("have their state in each region: own records, missing copies, and groups of this topic only", () => {
    assert.deepEqual(rows[0]?.regions, {
      [west]: {
        ...{ partitions: 2, underReplicated: 0, written: 15 },
        ...{ missing: { [east]: 1 }, groups: { storefront: 4 } },
      },
      [east]: {
        ...{ partitions: 2, underReplicated: 0, written: 4 },
        ...{ missing: { [west]: 2 }, groups: {} },
      },
    });
    assert.deepEqual(rows[1]?.regions[west]?.groups, { storefront: 7, other: 5 });
  });

  it("lack nothing of a region from which they are not copied", () => {
    const flows = [{ from: west, to: east, topics: ["orders"] }];
    const own = streamingPlan([west, east], {
      ...{ topics: { orders: { partitions: 2 }, prices: { partitions: 1 } } },
      mirroring: { flows },
    });
    assert.deepEqual(
      topicRows(own, [], state).map(({ regions }) => regions[east]?.missing),
      [{ [west]: 2 }, {}],
    );
  });

  it("are listed with who uses them and for how long records stay", () => {
    assert.deepEqual(
      text(topicTable(rows, [west, east]))
        .split("\n")
        .map((line) => line.split(/ {2,}/)),
      [
        ["", "TOPIC", "PARTITIONS", "COPIES", "RECORDS STAY", "WRITERS", "READERS"].concat(
          `WRITTEN IN ${west}`,
          `WRITTEN IN ${east}`,
        ),
        ["●", "orders", "2", "1", "36h", "orders", "storefront", "15", "4"],
        ["●", "prices", "1", "1", "the last of each key", "catalog", "none", "7", "0"],
      ],
    );
  });

  it("are described region by region", () => {
    const [orders] = rows;
    assert.ok(orders);
    const lines = text(topicText(orders)).split("\n");
    assert.match(lines[0] ?? "", /^orders: 2 partitions in each region, .*: 1, records stay: 36h$/);
    assert.equal(lines[1], "Writers: orders. Readers: storefront.");
    assert.deepEqual(lines[4]?.split(/ {2,}/), [
      ...["●", west, "2", "0", "15", `${east} 1`, "storefront 4"],
    ]);
  });

  it("are unknown where Kafka does not answer, and not whole", () => {
    const [orders] = topicRows(plan, configured, { ...state, [east]: { error: "refused" } });
    assert.ok(orders);
    assert.equal(orders.regions[east], null);
    assert.deepEqual(orders.regions[west]?.missing, { [east]: null });
    assert.equal(isWhole(orders), false);
    assert.match(text(topicText(orders)), new RegExp(`○ +${east} +no answer`));
    assert.match(text(topicTable([orders], [west, east])), /15 +unknown$/);
  });

  it("are not whole while a partition lacks a replica or does not exist yet, and have no count without a leader", () => {
    const with_ = (changed: object) =>
      topicRows(plan, configured, {
        ...state,
        [west]: { ...state[west], topics: { ...state[west].topics, orders: changed as never } },
      })[0];
    assert.equal(isWhole(with_({ ...topic(1, 1), underReplicated: 1 }) as never), false);
    assert.equal(isWhole(with_(topic(1)) as never), false);
    assert.equal(with_(topic(1, -1))?.regions[west]?.written, null);
    assert.equal(isWhole(rows[0] as never), true);
  });

  it("stay forever or for a number of the largest unit that fits", () => {
    const stay = (retention: string) => {
      const own = streamingPlan([west], { topics: { orders: { retention } } });
      return /\d+ +1 +(\S+)/.exec(text(topicTable(topicRows(own, [], {}), [west])))?.[1];
    };
    assert.deepEqual(["forever", "7d", "12h", "30m"].map(stay), ["forever", "7d", "12h", "30m"]);
  });
});
