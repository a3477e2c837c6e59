import type { LDContext, LDEvaluationDetail } from "launchdarkly-node-server-sdk";
import type { ReceivedFlag } from "../../../infra/components/rollouts/flags";

/** Whether the last received flags are still current. */
export interface Hearing {
  readonly fresh: boolean;
  /** The source, or why it cannot be relied on. For messages. */
  readonly reason: string;
}

/** Kind of a change: the flags, or only whether the source confirms that they are current. */
export type Change = "data" | "hearing";

/** The flags that were received last. */
export interface Update {
  /** By key. */
  readonly flags: Readonly<Record<string, ReceivedFlag>>;
  /** The SDK's evaluation, with the flags that it has received so far. */
  readonly evaluate: (flag: string, context: LDContext) => Promise<LDEvaluationDetail>;
}

/** A source of flags, with the SDK that evaluates them. */
export interface Source {
  hearing(): Hearing;
  /** Seconds since the last sign of life of the source, by this process's monotonic clock; undefined: there was none. */
  silentSeconds(): number | undefined;
  /** Undefined: the flags have not been fully received yet. */
  heard(): Update | undefined;
  /** Starts receiving. @param changed Called after each change, until `close`. */
  start(changed: (what: Change) => void): void;
  close(): void;
}

/** Logs a line for the operator. */
export type Log = (line: string) => void;
