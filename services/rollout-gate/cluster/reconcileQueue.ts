/** Times of `ReconcileQueue`, milliseconds. */
export interface ReconcileTimes {
  /** Least time between two looks at one thing: what happens meanwhile is gathered into one. */
  readonly spacing: number;
  /** Wait after a first failure; doubled with each further one in a row. */
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
  /** Asked for while it was being looked at. */
  again: boolean;
  failures: number;
  timer: NodeJS.Timeout | undefined;
  due: number;
}

/**
 * Looks at things, each named by its key: never twice at once at the same, however often it is asked for, and once more after a
 * failure.
 */
export class ReconcileQueue {
  private readonly places = new Map<string, Place>();
  private stopped = false;

  /** @param look Resolves to the time after which it wants to look again, milliseconds; undefined: when something happens. */
  constructor(
    private readonly look: (key: string) => Promise<number | undefined>,
    private readonly times: ReconcileTimes = reconcileTimes,
  ) {}

  /** Something has happened. */
  ask(key: string): void {
    const place = this.places.get(key);
    if (place === undefined) {
      const fresh = { running: false, again: false, failures: 0, timer: undefined, due: 0 };
      this.places.set(key, fresh);
      this.at(key, fresh, 0);
    } else if (place.running) place.again = true;
    else this.at(key, place, this.times.spacing);
  }

  /** It is gone. */
  forget(key: string): void {
    clearTimeout(this.places.get(key)?.timer);
    this.places.delete(key);
  }

  stop(): void {
    this.stopped = true;
    [...this.places.keys()].forEach((key) => this.forget(key));
  }

  /** Sets the clock for the next look; one that is to be sooner stays. */
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
