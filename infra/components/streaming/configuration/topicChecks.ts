import type { RawDiagnostic } from "../../../config/rawDiagnostic";
import { defaultMinInSync, defaultReplicationFactor } from "./replication";
import { type Written, inStreaming } from "./written";

/** Reports copies that have no broker or no zone of their own, and writes that the loss of one broker would stop. */
export function checkReplication({ regions, streaming }: Written): RawDiagnostic[] {
  const [fewest] = [...regions].sort((one, other) => one.zones - other.zones);
  const zones = fewest?.zones ?? 1;
  const standard = defaultReplicationFactor(streaming.brokers, zones);
  return Object.entries(streaming.topics).flatMap(([name, topic]) => {
    const { replicationFactor = standard } = topic;
    const factor = { path: inStreaming("topics", name, "replicationFactor") };
    const most = Math.min(streaming.brokers, zones);
    const remedy = `Write ${most} or less, or leave it out.`;
    if (replicationFactor > streaming.brokers)
      return [
        {
          ...factor,
          expected: `at most ${streaming.brokers}, the number of brokers of a region`,
          remedy: `${remedy} Or raise streaming.brokers to ${replicationFactor}.`,
        },
      ];
    if (replicationFactor > zones)
      return [
        {
          ...factor,
          expected: `at most ${zones}, the number of zones of ${fewest?.name ?? "a region"}: each copy has a zone of its own`,
          remedy: `${remedy} Or give the region more zones.`,
        },
      ];
    return checkInSync(name, topic.minInSyncReplicas, replicationFactor);
  });
}

function checkInSync(
  name: string,
  minInSync: number | undefined,
  replicationFactor: number,
): RawDiagnostic[] {
  const most = defaultMinInSync(replicationFactor);
  if (minInSync === undefined || minInSync <= most) return [];
  const why =
    minInSync > replicationFactor
      ? "there are no more copies"
      : "with all copies required, the loss of one broker stops every write";
  return [
    {
      path: inStreaming("topics", name, "minInSyncReplicas"),
      expected: `at most ${most} with a replication factor of ${replicationFactor}: ${why}`,
      remedy: `Write ${most}, or leave it out.`,
    },
  ];
}

/** Kafka ignores the retention of a compacted topic. */
export function checkRetention({ streaming }: Written): RawDiagnostic[] {
  return Object.entries(streaming.topics).flatMap(([name, { cleanup, retention }]) =>
    cleanup === "delete" || retention === undefined
      ? []
      : [
          {
            path: inStreaming("topics", name, "retention"),
            expected: "nothing: a compacted topic has the last record of each key for ever",
            remedy: "Remove it, or write cleanup: delete.",
          },
        ],
  );
}
