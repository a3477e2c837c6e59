import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two checks: each one connects to brokers. */
const pollMs = 500;

/**
 * Waits until a check is true. A check that throws is repeated.
 * @param text what is waited for, for the message. @param seconds time limit.
 * @throws at the time limit with the reason of the last check, or when the signal aborts.
 */
export async function waitUntil(
  text: string,
  seconds: number,
  signal: AbortSignal | undefined,
  check: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 1000 * seconds;
  for (;;) {
    signal?.throwIfAborted();
    let reason = "not yet";
    try {
      if (await check()) return;
    } catch (error) {
      reason = (error as Error).message;
    }
    if (Date.now() > deadline) throw new Error(`${text}: not within ${seconds} s (${reason})`);
    await sleep(pollMs, undefined, { signal });
  }
}
