import type { Run } from "./run";
import type { GoSource } from "./types";

/** What the progress of a build needs of a run. */
type ProgressRun = Pick<Run, "clock" | "report">;

/** What a build of many packages says of itself: packages compiled, and the time that is left. */
export class BuildProgress {
  readonly #run: ProgressRun;
  readonly #cost: number;
  readonly #label: string;
  readonly #started = Date.now();
  readonly #timer: NodeJS.Timeout;
  #compiled = 0;
  #expected: number | undefined;
  #message = "";

  constructor(sources: readonly GoSource[], run: ProgressRun) {
    this.#run = run;
    this.#cost = sources.reduce((sum, source) => sum + source.cost, 0);
    this.#label = sources.length === 1 ? "1 tool" : `${sources.length} tools`;
    this.#timer = setInterval(() => this.#report(), 1_000);
  }

  say(message: string): void {
    this.#message = message;
    this.#report();
  }

  expectPackages(count: number): void {
    this.#expected = count;
  }

  /** Standard error of `go build -v`: a line for each package as it is compiled, and for each download. */
  readonly hear = (text: string): void => {
    const lines = text.split("\n").filter((line) => line !== "");
    this.#compiled += lines.filter((line) => !/\s/.test(line)).length;
    const of = this.#expected === undefined ? "" : ` of ${this.#expected}`;
    // Before the first package is compiled there is nothing but downloads.
    this.#message =
      this.#compiled === 0 ? "getting modules" : `compiling, ${this.#compiled}${of} packages`;
  };

  stop(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    const elapsed = (Date.now() - this.#started) / 1000;
    const fraction = this.#fraction(elapsed);
    this.#run.report({
      tool: this.#label,
      phase: "building",
      fraction,
      secondsLeft: Math.ceil((elapsed * (1 - fraction)) / Math.max(fraction, 0.01)),
      message: this.#message,
    });
  }

  /**
   * By packages where their number is known. They are of unequal size and linking comes after them, so the time that
   * the table expects has half of the say.
   */
  #fraction(elapsed: number): number {
    const expected = this.#run.clock.expectedSeconds(this.#cost);
    const byTime =
      elapsed < expected * 0.9 ? elapsed / expected : 1 - (0.1 * expected * 0.9) / elapsed;
    if (this.#expected === undefined) return byTime;
    return (byTime + 0.95 * Math.min(1, this.#compiled / this.#expected)) / 2;
  }
}
