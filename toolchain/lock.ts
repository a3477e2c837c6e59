import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";

/** Milliseconds after which a holder that has not refreshed its lock counts as dead. */
const staleMs = 15_000;

/** Runs `work` while no other run, in this clone or another, works on the same cache entry. */
export async function withLock<T>(
  entry: string,
  options: { signal?: AbortSignal | undefined; onWait: () => void },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(path.dirname(entry), { recursive: true });
  let release: (() => Promise<void>) | undefined;
  for (let tries = 0; release === undefined; tries += 1) {
    options.signal?.throwIfAborted();
    try {
      release = await lock(entry, {
        realpath: false,
        stale: staleMs,
        update: staleMs / 3,
        // A lost lock (a machine that slept) at worst duplicates work: entries appear by rename.
        onCompromised: () => undefined,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      if (tries === 0) options.onWait();
      await sleep(200, undefined, { signal: options.signal });
    }
  }
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}
