import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Followed } from "./config";

const run = promisify(execFile);

/** Where a clone keeps what its names mean; for a work tree of another clone that is the other one's. */
async function gitFolders(clone: string): Promise<string[]> {
  const ask = ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir"];
  const { stdout } = await run("git", ["-C", clone, ...ask]);
  return [...new Set(stdout.trim().split("\n"))];
}

/** What is followed, as a text that changes whenever that means other commits; undefined while it means none. */
export async function meaningOf(clone: string, follow: Followed): Promise<string | undefined> {
  const ask =
    follow === "tags"
      ? ["for-each-ref", "--format=%(refname:short) %(objectname)", "refs/tags"]
      : ["rev-parse", "--verify", "--quiet", `${follow.revision}^{commit}`];
  try {
    const { stdout } = await run("git", ["-C", clone, ...ask]);
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** A change is written in several steps: the last one counts, this much later, milliseconds. */
const settleMs = 20;

/** Looked at even when nothing was heard, milliseconds: a file system may not tell. */
const lookMs = 2000;

/**
 * Calls back whenever what is followed comes to mean something new, until the signal says so.
 * @param changed Awaited: while it runs, further commits are gathered into one.
 */
export async function watchCommits(
  clone: string,
  follow: Followed,
  changed: (meaning: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let known = await meaningOf(clone, follow);
  const bell = new Signal();
  const stop = await listen(clone, () => bell.ring());
  signal.addEventListener("abort", () => bell.ring());
  try {
    while (!signal.aborted) {
      await bell.wait(lookMs);
      await sleep(settleMs);
      const meaning = await meaningOf(clone, follow);
      if (meaning === undefined || meaning === known || signal.aborted) continue;
      known = meaning;
      await changed(meaning);
    }
  } finally {
    stop();
  }
}

/** Rings when a name of the clone may have come to mean something else. */
async function listen(clone: string, ring: () => void): Promise<() => void> {
  const folders = await gitFolders(clone);
  const places = folders.flatMap((folder) => [
    // HEAD and packed-refs are replaced in the folder itself; branches and tags lie below refs.
    { folder, recursive: false },
    { folder: path.join(folder, "refs"), recursive: true },
  ]);
  const watchers = places
    .filter(({ folder }) => fs.existsSync(folder))
    .map(({ folder, recursive }) => {
      const watcher = fs.watch(folder, { recursive }, ring);
      // A folder that goes away is found by the next look.
      watcher.on("error", () => undefined);
      return watcher;
    });
  return () => watchers.forEach((watcher) => watcher.close());
}

/** Wakes whoever waits; a ring that nobody waited for is not lost. */
class Signal {
  private rung = false;
  private wake: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.wake?.();
  }

  async wait(limitMs: number): Promise<void> {
    if (!this.rung) {
      const limit = new AbortController();
      await Promise.race([
        new Promise<void>((resolve) => (this.wake = resolve)),
        sleep(limitMs, undefined, { signal: limit.signal }).catch(() => undefined),
      ]);
      limit.abort();
    }
    this.rung = false;
    this.wake = undefined;
  }
}
