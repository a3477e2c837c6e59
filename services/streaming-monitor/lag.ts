import type { RegionState } from "../../infra/components/streaming/status";
import { targetTopic } from "../../infra/components/streaming/users";
import type { MonitoredFlow } from "./config";

/** Readings of a source that a flow remembers. A longer lag is reported as the age of the oldest. */
const mostReadings = 1200;

interface Reading {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Times of the newest records, by topic and partition. */
  readonly newest: Readonly<Record<string, readonly number[]>>;
}

/**
 * How long records of one flow have waited for their copy. It compares the times of the newest records, which a mirror preserves, not
 * offsets: records that expired before they were mirrored do not count.
 */
export class FlowLag {
  private readings: readonly Reading[] = [];

  constructor(private readonly flow: MonitoredFlow) {}

  /** Remembers the source as it is now. @param now milliseconds since 1970. */
  read({ topics }: RegionState, now: number): void {
    const newest = Object.fromEntries(
      this.flow.topics.map((topic) => [topic, topics[topic]?.newest ?? []]),
    );
    this.readings = [...this.readings, { at: now, newest }].slice(-mostReadings);
  }

  /**
   * Seconds since the source had a record that the target does not have yet; 0 if it has all. It is exact to the interval of the
   * readings.
   */
  seconds(target: RegionState, topic: string, now: number): number {
    const copied = target.topics[targetTopic(this.flow, topic)]?.newest ?? [];
    const missing = this.readings.find(({ newest }) =>
      (newest[topic] ?? []).some((time, partition) => time > (copied[partition] ?? -1)),
    );
    return missing === undefined ? 0 : (now - missing.at) / 1000;
  }
}
