import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until a check passes.
 * @throws the check's last error, with `what`, if it has not passed in time.
 */
export async function waitFor(
  what: string,
  seconds: number,
  check: () => Promise<unknown>,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      if ((await check()) !== false) return;
      if (Date.now() > deadline) throw new Error("not yet");
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`${what}: not within ${seconds} s (${(error as Error).message})`);
      }
    }
    await sleep(50);
  }
}
