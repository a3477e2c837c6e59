import type { Platform } from "../../bench/platform";
import type { Random } from "../random";

/** A kind of fault. */
export interface Fault {
  readonly kind: string;
  /** Does it, and waits until it is over where it ends by itself, as a pause does. */
  inject(platform: Platform, random: Random, signal: AbortSignal): Promise<Injected>;
}

/** What was done. */
export interface Injected {
  readonly what: string;
  /** Whether the platform needs a person (`meridian up`) to recover; default: it recovers by itself. */
  readonly needsUp?: boolean;
  /** Whether the fault's own effect is gone; default: nothing beyond the invariants tells. */
  readonly recovered?: () => Promise<boolean>;
  /** What a person would do once all is well again, such as rebalancing. */
  readonly afterwards?: () => Promise<unknown>;
}
