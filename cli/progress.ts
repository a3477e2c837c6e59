import pc from "picocolors";
import { formatDuration } from "../operations/format";
import type { Duration } from "../operations/runTimes/estimate";
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
  private left: Duration | undefined;
  private updatedAt = Date.now();
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
   * Sets the current activity, and the milliseconds left if known; they count down until the next update. Without a terminal, each `step` prints one line when it
   * begins.
   */
  update(detail: string, msLeft?: Duration, step?: string): void {
    this.left = msLeft;
    this.updatedAt = Date.now();
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
    return leftText(this.left, Date.now() - this.updatedAt);
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

/**
 * The time left as text; empty if it is not known or has passed. Pure.
 * @param left In milliseconds, when it was estimated.
 * @param sinceMs Milliseconds since then.
 */
export function leftText(left: Duration | undefined, sinceMs: number): string {
  if (left === undefined) return "";
  const [least, most] = (typeof left === "number" ? [left, left] : left).map((ms) => ms - sinceMs);
  if (most === undefined || least === undefined || most < 500) return "";
  const text = formatDuration(most);
  if (least === most) return `, about ${text} left`;
  return least < 500 ? `, up to ${text} left` : `, ${formatDuration(least)} to ${text} left`;
}
