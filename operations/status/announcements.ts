import { reasonLines } from "./reasonLines";
import { finalReasons, type Missing } from "./stall";

/** Time for which a final reason must persist, milliseconds: a pod may start before an object of the same commit that it refers to. */
const persistMs = 5000;

/** Decides when a final reason is printed: once, as soon as it has persisted. Other apps may still be on their way. */
export class Announcements {
  private readonly since = new Map<string, number>();
  private readonly announced = new Set<string>();

  /** The lines that are due. @param now Milliseconds. */
  due(missing: readonly Missing[], now: number): string[] {
    const lines = missing.flatMap((one) =>
      reasonLines(finalReasons([one])).map((line) => `! ${one.name}: ${line}`),
    );
    const gone = [...this.since.keys()].filter((line) => !lines.includes(line));
    gone.forEach((line) => this.since.delete(line));
    return lines.filter((line) => {
      const since = this.since.get(line) ?? now;
      this.since.set(line, since);
      if (now - since < persistMs || this.announced.has(line)) return false;
      this.announced.add(line);
      return true;
    });
  }
}
