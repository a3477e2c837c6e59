import type { Flags } from "../flags/types";

/** Questions that are kept until their answer matters. */
export class PendingPolls {
  private readonly looks = new Set<() => void>();
  private readonly silence: () => void;
  private ended = false;

  /** @param most Questions that are kept at a time. */
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
   * Waits until an answer matters, the time is over, or nobody waits for it any more. At once where it matters already, where
   * too many are kept, and after the end.
   * @param matters Asked again whenever flags have changed.
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

  /** Lets all be answered as things are. */
  end(): void {
    this.ended = true;
    this.silence();
    [...this.looks].forEach((look) => look());
  }
}
