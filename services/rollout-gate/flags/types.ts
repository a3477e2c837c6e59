import type { FlagKnowledge } from "../../../infra/components/rollouts/verdict";

/** The gate's knowledge of a flag, and its reason. */
export interface KnownFlag extends FlagKnowledge {
  /** Why the state is as it is, for messages: the rule that decided, or the missing data. */
  readonly reason: string;
}

/** The flags of the gate's region. */
export interface Flags {
  /** Reads from memory. An unknown flag has no state. */
  known(flag: string): KnownFlag;
  /**
   * Calls back after flags have changed, or have become stale or fresh again.
   * @returns a function that removes the callback.
   */
  onChange(heard: () => void): () => void;
}
