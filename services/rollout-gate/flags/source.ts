import type { LDContext, LDEvaluationDetail } from "launchdarkly-node-server-sdk";
import type { HeardFlag } from "../../../infra/components/rollouts/flags";

/** Whether what was heard last is still so. */
export interface Hearing {
  readonly fresh: boolean;
  /** What the source says, or why it cannot be relied on. For a person. */
  readonly reason: string;
}

/** What changed: what flags say, or only whether the source still answers for it. */
export type Change = "data" | "hearing";

/** What was heard last. */
export interface Update {
  /** By key. */
  readonly flags: Readonly<Record<string, HeardFlag>>;
  /** The SDK's evaluation, by what it has heard until then. */
  readonly evaluate: (flag: string, context: LDContext) => Promise<LDEvaluationDetail>;
}

/** Where flags are heard from, with the SDK that evaluates them. */
export interface Source {
  hearing(): Hearing;
  /** Seconds since the source last gave a sign of life, by this process's own monotonic clock; undefined: it never has. */
  silentSeconds(): number | undefined;
  /** Undefined: not everything has been heard yet. */
  heard(): Update | undefined;
  /** Begins to listen. @param changed Called after each change, until `close`. */
  start(changed: (what: Change) => void): void;
  close(): void;
}

/** Tells a person something, in a line. */
export type Log = (line: string) => void;
