import type { FlagKnowledge } from "../../../infra/components/rollouts/verdict";

/** What the gate knows of a flag, and where that comes from. */
export interface KnownFlag extends FlagKnowledge {
  /** Why the state is what it is, for a person: the rule that decided, or what is missing. */
  readonly reason: string;
}

/** The flags as the gate's region is told them. */
export interface Flags {
  /** Cheap: read from memory. A flag that nobody has heard of has no state. */
  known(flag: string): KnownFlag;
  /**
   * Calls back after flags have changed, or have become stale or fresh again.
   * @returns what ends it.
   */
  onChange(heard: () => void): () => void;
}
