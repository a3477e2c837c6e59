import type { Run } from "./run";
import type { GoSource } from "./types";

/** The parts of a run that the progress of a build needs. */
type ProgressRun = Pick<Run, "clock" | "report">;

/** Progress of a build of many packages: the compiled packages, and the time left. */
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

  /** Receives the standard error of `go build -v`: a line for each compiled package, and for each download. */
  readonly hear = (text: string): void => {
    const lines = text.split("\n").filter((line) => line !== "");
    this.#compiled += lines.filter((line) => !/\s/.test(line)).length;
    const of = this.#expected === undefined ? "" : ` of ${this.#expected}`;
    // Before the first package is compiled, only downloads are reported.
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
   * Half by packages, if their number is known, and half by the table's expected time: packages differ in size, and linking
   * follows them.
   */
  #fraction(elapsed: number): number {
    const expected = this.#run.clock.expectedSeconds(this.#cost);
    const byTime =
      elapsed < expected * 0.9 ? elapsed / expected : 1 - (0.1 * expected * 0.9) / elapsed;
    if (this.#expected === undefined) return byTime;
    return (byTime + 0.95 * Math.min(1, this.#compiled / this.#expected)) / 2;
  }
}
