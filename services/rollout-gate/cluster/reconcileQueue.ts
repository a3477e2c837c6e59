/** Times of `ReconcileQueue`, milliseconds. */
export interface ReconcileTimes {
  /** Minimum time between two reconciliations of one object: changes meanwhile are coalesced into one. */
  readonly spacing: number;
  /** Delay after the first failure, doubled with each consecutive failure. */
  readonly firstRetry: number;
  readonly longestRetry: number;
}

export const reconcileTimes: ReconcileTimes = {
  spacing: 100,
  firstRetry: 200,
  longestRetry: 30_000,
};

interface Place {
  running: boolean;
  /** Requested while it was being reconciled. */
  again: boolean;
  failures: number;
  timer: NodeJS.Timeout | undefined;
  due: number;
}

/**
 * Reconciles objects, each identified by its key: never one object concurrently, however often it is requested. After a failure
 * it retries.
 */
export class ReconcileQueue {
  private readonly places = new Map<string, Place>();
  private stopped = false;

  /**
   * @param look Reconciles an object. Resolves to the time until its next reconciliation, milliseconds; undefined: at the next
   * request.
   */
  constructor(
    private readonly look: (key: string) => Promise<number | undefined>,
    private readonly times: ReconcileTimes = reconcileTimes,
  ) {}

  /** Requests a reconciliation: the object may have changed. */
  ask(key: string): void {
    const place = this.places.get(key);
    if (place === undefined) {
      const fresh = { running: false, again: false, failures: 0, timer: undefined, due: 0 };
      this.places.set(key, fresh);
      this.at(key, fresh, 0);
    } else if (place.running) place.again = true;
    else this.at(key, place, this.times.spacing);
  }

  /** Removes an object that no longer exists. */
  forget(key: string): void {
    clearTimeout(this.places.get(key)?.timer);
    this.places.delete(key);
  }

  stop(): void {
    this.stopped = true;
    [...this.places.keys()].forEach((key) => this.forget(key));
  }

  /** Schedules the next reconciliation, unless one is due earlier. */
  private at(key: string, place: Place, waitMs: number): void {
    if (this.stopped) return;
    const due = performance.now() + waitMs;
    if (place.timer !== undefined && place.due <= due) return;
    clearTimeout(place.timer);
    place.due = due;
    place.timer = setTimeout(() => void this.run(key, place), waitMs);
  }

  private async run(key: string, place: Place): Promise<void> {
    place.timer = undefined;
    place.running = true;
    let wait: number | undefined;
    try {
      wait = await this.look(key);
      place.failures = 0;
    } catch {
      const { firstRetry, longestRetry } = this.times;
      wait = Math.min(firstRetry * 2 ** place.failures++, longestRetry);
    }
    place.running = false;
    if (this.places.get(key) !== place) return;
    if (place.again) wait = 0;
    place.again = false;
    if (wait !== undefined) this.at(key, place, Math.max(wait, this.times.spacing));
  }
}
