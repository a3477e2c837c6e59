import type { Flags } from "../flags/types";

/** Long polls that are held until the response is relevant. */
export class PendingPolls {
  private readonly looks = new Set<() => void>();
  private readonly silence: () => void;
  private ended = false;

  /** @param most Maximum number of pending polls. */
  constructor(
    flags: Pick<Flags, "onChange">,
    private readonly most: number,
  ) {
    this.silence = flags.onChange(() => [...this.looks].forEach((look) => look()));
  }

  get count(): number {
    return this.looks.size;
  }

  /**
   * Waits until the response is relevant, the timeout expires, or the client disconnects. Returns at once if the response is
   * relevant already, if too many polls are pending, and after `end`.
   * @param matters Whether the response is relevant. Called again whenever flags have changed.
   */
  async until(matters: () => boolean, milliseconds: number, gone: AbortSignal): Promise<void> {
    if (this.ended || gone.aborted || this.looks.size >= this.most || matters()) return;
    await new Promise<void>((resolve) => {
      const limit = setTimeout(done, milliseconds);
      const look = () => {
        if (this.ended || matters()) done();
      };
      const { looks } = this;
      looks.add(look);
      gone.addEventListener("abort", done);
      function done(): void {
        clearTimeout(limit);
        looks.delete(look);
        gone.removeEventListener("abort", done);
        resolve();
      }
    });
  }

  /** Releases all pending polls, which are answered with the current state. */
  end(): void {
    this.ended = true;
    this.silence();
    [...this.looks].forEach((look) => look());
  }
}
