import pc from "picocolors";
import { formatDuration } from "../operations/format";
import { personStream } from "./documents/output";

/**
 * One stage of a long command. With a terminal: one line that is redrawn. Without: a line at the start, one at the end, and one
 * each minute in between.
 */
export class Stage {
  private readonly start = Date.now();
  private readonly stream = personStream();
  private readonly live = this.stream.isTTY && process.env["CI"] === undefined;
  private readonly timer: NodeJS.Timeout | undefined;
  private detail = "";
  private left: number | undefined;
  private readonly steps = new Set<string>();

  constructor(private readonly title: string) {
    if (this.live) {
      this.timer = setInterval(() => this.draw(), 200);
      this.timer.unref();
      this.draw();
    } else {
      console.log(`… ${title}`);
      this.timer = setInterval(
        () => console.log(`  ${this.elapsed()}: ${this.detail}${this.leftText()}`),
        60_000,
      );
      this.timer.unref();
    }
  }

  /**
   * Sets the current activity, and the milliseconds left if known. Without a terminal, each `step` prints one line when it
   * begins.
   */
  update(detail: string, msLeft?: number, step?: string): void {
    this.left = msLeft;
    if (!this.live && step !== undefined && !this.steps.has(step)) {
      console.log(`  ${detail}${this.leftText()}`);
      this.steps.add(step);
    }
    this.detail = detail;
  }

  /** Prints a line before the stage ends. */
  note(text: string): void {
    this.stream.write(this.live ? `\r\x1b[2K${text}\n` : `${text}\n`);
  }

  done(summary: string): void {
    this.end(`${pc.green("✔")} ${this.title}: ${summary} ${pc.dim(`(${this.elapsed()})`)}`);
  }

  fail(summary: string): void {
    this.end(`${pc.red("✖")} ${this.title}: ${summary}`);
  }

  private elapsed(): string {
    return formatDuration(Date.now() - this.start);
  }

  private leftText(): string {
    return this.left === undefined ? "" : `, about ${formatDuration(this.left)} left`;
  }

  private draw(): void {
    const width = this.stream.columns ?? 100;
    const text = `… ${this.title} ${this.elapsed()}${this.leftText()}  ${this.detail}`;
    this.stream.write(`\r\x1b[2K${text.slice(0, width - 1)}`);
  }

  private end(line: string): void {
    clearInterval(this.timer);
    this.stream.write(this.live ? `\r\x1b[2K${line}\n` : `${line}\n`);
  }
}
