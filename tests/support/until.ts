import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds, looking again and again. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 4000,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `not within ${limitMs} ms: ${what}`);
    await sleep(5);
  }
}
