import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  accountOf,
  type Delivery,
  formatAccount,
  type GroupOffset,
  type Numbered,
  type Observations,
  violations,
} from "../../../drills/streaming/accounting";

const [west, east] = ["eu-west-1", "us-east-1"] as const;
const copy = `${west}.orders`;
const back = `${east}.orders`;
const flows = [
  { from: west, to: east, topic: copy },
  { from: east, to: west, topic: back },
];
const partitions = 3;

/** Counts of a history: `read` of `copied` of `written` records of the lost region, and so on. */
interface History {
  readonly written: number;
  /** Records that the other region had at the loss. */
  readonly copied: number;
  /** Records that the group had read and committed before the loss, and those that were read beyond. */
  readonly committed: number;
  readonly read: number;
  /** Translated offset of the group, as a number of records. */
  readonly translated: number;
  readonly writtenElsewhere: number;
  readonly uncertain: number;
}

const histories: fc.Arbitrary<History> = fc
  .record({
    ...{ tail: fc.nat(9), unread: fc.nat(9), uncommitted: fc.nat(9), behind: fc.nat(9) },
    ...{ committed: fc.integer({ min: 10, max: 40 }), uncertain: fc.nat(4) },
    writtenElsewhere: fc.integer({ min: 1, max: 30 }),
  })
  .map(({ tail, unread, uncommitted, behind, committed, ...others }) => {
    const read = committed + uncommitted;
    const written = read + unread + tail;
    const translated = Math.max(0, Math.min(committed - behind, written - tail));
    return { ...others, written, copied: written - tail, committed, read, translated };
  });

const numbersFrom = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

/** Each record has its partition, and its offset in it, by its number. */
const at = (region: string, topic: string, number: number, base = 0): Numbered => ({
  ...{ number, region, topic, partition: number % partitions },
  offset: Math.floor((number - base) / partitions),
});

/** Records of the other region have numbers from here. */
const elsewhere = 3000;

/** What a drill without a defect observes. */
function observe(history: History): Observations {
  const { written, copied, committed, read, translated, writtenElsewhere } = history;
  const [own, other] = [
    numbersFrom(0, written),
    numbersFrom(elsewhere, elsewhere + writtenElsewhere),
  ];
  const records = (region: string, topic: string, numbers: readonly number[]) =>
    numbers.map((number) => at(region, topic, number, number < elsewhere ? 0 : elsewhere));
  const session = (index: number, delivered: readonly Numbered[]): Delivery[] =>
    delivered.map((one) => ({ ...one, session: index }));
  const offsets = (index: number, region: string, topic: string, count: number): GroupOffset[] =>
    numbersFrom(0, partitions).map((partition) => ({
      ...{ session: index, region, topic, partition },
      offset: Math.max(0, Math.ceil((count - partition) / partitions)),
    }));
  return {
    topic: "orders",
    flows,
    acknowledged: [...records(west, "orders", own), ...records(east, "orders", other)],
    uncertain: numbersFrom(2000, 2000 + history.uncertain),
    deliveries: [
      ...session(1, records(west, "orders", numbersFrom(0, read))),
      ...session(2, records(east, copy, numbersFrom(translated, copied))),
      ...session(2, records(east, "orders", other)),
      ...session(3, records(west, "orders", numbersFrom(committed, written))),
    ],
    starts: [
      ...offsets(1, west, "orders", 0),
      ...offsets(2, east, copy, translated),
      ...offsets(2, east, "orders", 0),
      ...offsets(3, west, "orders", committed),
    ],
    commits: offsets(1, west, "orders", committed),
    stored: [
      ...records(west, "orders", own),
      ...records(east, copy, own),
      ...records(east, "orders", other),
      ...records(west, back, other),
    ],
    loss: {
      ...{ region: west, continuedIn: east, copied: numbersFrom(0, copied) },
      sessions: { elsewhere: 2, back: 3 },
    },
  };
}

describe("the account of a drill with Kafka", () => {
  it("counts acknowledged, delivered, re-read, not copied and delivered again exactly", () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { written, copied, committed, read, translated, writtenElsewhere } = history;
        const account = accountOf(observe(history));
        assert.deepEqual(violations(account), []);
        const between = Math.max(read, copied);
        assert.deepEqual(
          [account.acknowledged, account.delivered, account.tail, account.copiedAgain],
          [written + writtenElsewhere, written + writtenElsewhere, written - copied, 0],
        );
        assert.equal(account.reread, Math.max(0, Math.min(read, copied) - translated));
        assert.equal(account.failbackDuplicates, between - committed);
      }),
    );
  });

  it("counts nothing lost without a loss", () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { loss, ...others } = observe(history);
        assert.ok(loss !== undefined);
        const { reread, tail, failbackDuplicates } = accountOf(others);
        assert.deepEqual([reread, tail, failbackDuplicates], [0, 0, 0]);
      }),
    );
  });

  /** One defect in the observations, and the only rule that refuses it. */
  const defects: readonly (readonly [string, RegExp, (seen: Observations) => Observations])[] = [
    [
      "an acknowledged record that no consumer received",
      /^1 records acknowledged, and never delivered to the group, expected 0: 0$/,
      (seen) => ({ ...seen, deliveries: seen.deliveries.filter(({ number }) => number !== 0) }),
    ],
    [
      "an acknowledged record that its topic does not have",
      /^1 records acknowledged, and missing in its topic or in a copy, expected 0: 1$/,
      (seen) => ({
        ...seen,
        stored: seen.stored.filter(({ number, topic }) => number !== 1 || topic !== "orders"),
      }),
    ],
    [
      "an acknowledged record that a copy does not have",
      /^1 records acknowledged, and missing in its topic or in a copy, expected 0: 3000$/,
      (seen) => ({
        ...seen,
        stored: seen.stored.filter(({ number, topic }) => number !== 3000 || topic !== back),
      }),
    ],
    [
      "another record at the place that was acknowledged",
      /missing in its topic or in a copy, expected 0: 1$/,
      (seen) => ({
        ...seen,
        acknowledged: seen.acknowledged.map((one) =>
          one.number === 1 ? { ...one, offset: one.offset + 1 } : one,
        ),
      }),
    ],
    [
      "a record that returned to its region under another name",
      /^1 records in a topic that neither its writer nor a mirror of its region writes to, expected 0: 2$/,
      (seen) => ({ ...seen, stored: [...seen.stored, at(west, back, 2)] }),
    ],
    [
      "a record that returned to its own topic",
      /^1 records in a topic that neither .* expected 0: 2$/,
      (seen) => ({ ...seen, stored: [...seen.stored, { ...at(west, "orders", 2), offset: 999 }] }),
    ],
    [
      "a record in a copy of a copy",
      /^1 records in a topic that neither .* expected 0: 2$/,
      (seen) => ({ ...seen, stored: [...seen.stored, at(east, `${east}.${copy}`, 2)] }),
    ],
    [
      "a record that nothing has written",
      /^1 records in a topic that neither .* expected 0: 999$/,
      (seen) => ({ ...seen, stored: [...seen.stored, at(west, "orders", 999)] }),
    ],
    [
      "a delivery in front of the offset at which the session began",
      /^1 records delivered although the group's offset was behind it, expected 0: 0$/,
      (seen) => ({
        ...seen,
        deliveries: [...seen.deliveries, { ...at(west, "orders", 0), session: 3 }],
      }),
    ],
    [
      "a second delivery of a record in one session",
      /^1 records delivered although the group's offset was behind it, expected 0: 1$/,
      (seen) => ({
        ...seen,
        deliveries: [...seen.deliveries, { ...at(west, "orders", 1), session: 1 }],
      }),
    ],
    [
      "a session that starts before a committed offset",
      /^1 partitions started before a committed offset, expected 0: eu-west-1\/orders\/0$/,
      (seen) => ({
        ...seen,
        starts: seen.starts.map((one) =>
          one.session === 3 && one.partition === 0 ? { ...one, offset: one.offset - 1 } : one,
        ),
      }),
    ],
  ];

  for (const [title, message, change] of defects)
    it(`refuses ${title}`, () => {
      fc.assert(
        fc.property(histories, (history) => {
          const found = violations(accountOf(change(observe(history))));
          assert.equal(found.length, 1, found.join("\n"));
          assert.match(found[0] ?? "", message);
        }),
      );
    });

  it("allows that Kafka has a record without an acknowledgement, and its copies", () => {
    const seen = observe({
      ...{ written: 20, copied: 18, committed: 10, read: 12, translated: 8 },
      ...{ writtenElsewhere: 4, uncertain: 2 },
    });
    const stored = [at(east, copy, 2000), at(west, "orders", 2000), ...seen.stored];
    const account = accountOf({ ...seen, stored });
    assert.deepEqual(violations(account), []);
    assert.equal(account.acknowledged, 24);
    const both = [...stored, { ...at(east, "orders", 2000), offset: 500 }];
    assert.match(violations(accountOf({ ...seen, stored: both })).join(), /expected 0: 2000/);
  });

  it("counts a record that a mirror copied twice, and does not refuse it", () => {
    const seen = observe({
      ...{ written: 20, copied: 18, committed: 10, read: 12, translated: 8 },
      ...{ writtenElsewhere: 4, uncertain: 0 },
    });
    const twice = { ...at(east, copy, 5), offset: 700 };
    const account = accountOf({ ...seen, stored: [...seen.stored, twice] });
    assert.deepEqual(violations(account), []);
    assert.match(formatAccount(account), /^24 acknowledged, 24 delivered, .* 1 copied twice$/);
  });
});
