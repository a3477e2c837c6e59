import type { Platform } from "../../bench/platform";
import type { Random } from "../random";

/** A kind of fault. */
export interface Fault {
  readonly kind: string;
  /** Injects the fault. If it ends by itself, as a pause does, waits for its end. */
  inject(platform: Platform, random: Random, signal: AbortSignal): Promise<Injected>;
}

/** The injected fault. */
export interface Injected {
  readonly what: string;
  /** Whether recovery needs `meridian up`; default: the platform recovers by itself. */
  readonly needsUp?: boolean;
  /** Whether the fault's own effect is gone; default: only the invariants are checked. */
  readonly recovered?: () => Promise<boolean>;
  /**
   * A step after the recovery, such as rebalancing. Its text, if any, becomes the note of the round. If it throws, the round has
   * failed.
   */
  readonly afterwards?: () => Promise<string | void>;
  /** Ends everything that the fault has started, after a failed recovery too. */
  readonly end?: () => Promise<void>;
}
