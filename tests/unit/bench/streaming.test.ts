import assert from "node:assert/strict";
import { figuresOf as mirrorFigures } from "../../../bench/benchmarks/streamingMirror";
import { figuresOf as startFigures } from "../../../bench/benchmarks/streamingStart";
import { groupOf } from "../../../bench/cpuByPart";
import { judge } from "../../../bench/report";
import { endOf } from "../../../bench/streaming/mirror";
import { agesOf } from "../../../bench/streaming/observer";
import { isStreaming, sumOf } from "../../../bench/streaming/parts";
import {
  brokerName,
  mirrorName,
  monitorName,
} from "../../../infra/components/streaming/localNames";

describe("benchmarks of Kafka", () => {
  it("read the end of Kafka's consumer, and refuse an output without one", () => {
    const line = "2026-12-01T01:00:00.000Z, 2026-12-01T02:00:04.500+01:00, 97.65, 21.7, 100000";
    assert.equal(endOf(`a warning\n${line}\n`), Date.UTC(2026, 11, 1, 1, 0, 4, 500));
    assert.throws(() => endOf("no records"), /reported no time: no records/);
  });

  it("take the age of each record once, from its own time", () => {
    const record = (offsetDelta: number, timestampDelta: bigint) => ({
      offsetDelta,
      timestampDelta,
    });
    const batch = {
      ...{ firstOffset: 10n, firstTimestamp: 1000n },
      records: [record(0, 0n), record(1, 5n), record(2, 7n)],
    };
    const partition = { partitionIndex: 1, records: [batch] };
    const answer = { responses: [{ topicId: "", partitions: [partition] }] };
    const next = [0n, 11n];
    const fetched = answer as unknown as Parameters<typeof agesOf>[0];
    // A broker sends whole batches: the first record was read before.
    assert.deepEqual(agesOf(fetched, next, 1100), [95, 93]);
    assert.deepEqual(next, [0n, 13n]);
    assert.deepEqual(agesOf(fetched, next, 1200), []);
  });

  it("compare a mirror with a consumer in the records' own region, and judge the 99th percentile", () => {
    const run = { plain: 10, mirrored: 12, rate: 5000, p50: 40, p99: 600 };
    const [copied, p50, p99] = mirrorFigures([run, { ...run, p99: 400 }, { ...run, p99: 700 }]);
    assert.ok(copied && p50 && p99);
    assert.equal(judge(copied).met, true);
    assert.equal(judge(copied).ratio?.median, 1.2);
    assert.match(copied.note ?? "", /4\.3 MB\/s, compared .* 5\.1 MB\/s/);
    assert.equal(judge(p50).met, undefined);
    assert.equal(judge(p99).met, false);
    const [slow] = mirrorFigures([{ ...run, mirrored: 12.6 }]);
    assert.equal(slow && judge(slow).met, false);
  });

  it("show what Kafka adds to a start, by part", () => {
    const [figure] = startFigures([
      {
        without: { wall: 40, cpu: { etcd: 5, command: 10 } },
        with: { wall: 55, cpu: { etcd: 6, command: 10, "Kafka brokers": 15 } },
      },
    ]);
    assert.match(
      figure?.note ?? "",
      /^Kafka adds 15\.0 s and 16\.0 seconds of processor, by part: Kafka brokers 15\.0, etcd 1\.0, command 0\.0$/,
    );
    assert.equal(figure?.details?.["addedCpuSeconds"], 16);
  });

  it("know the processes of Kafka", () => {
    const names = [brokerName("eu-west-1", 0), mirrorName("eu-west-1"), monitorName];
    assert.deepEqual(names.map(groupOf), ["Kafka brokers", "Kafka mirrors", "Kafka monitor"]);
    assert.ok(names.every(isStreaming));
    assert.ok(!["eu-west-1/etcd", "gateway-eu-west-1", "dns"].some(isStreaming));
    const cpu = { "Kafka brokers": 1, "Kafka mirrors": 2, "Kafka monitor": 4, etcd: 8 };
    assert.equal(sumOf(cpu), 7);
  });
});
