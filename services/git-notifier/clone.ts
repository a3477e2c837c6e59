import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Followed } from "./config";

const run = promisify(execFile);

/** Folders in which a clone stores its refs. For a work tree of another clone, these include the other clone's. */
async function gitFolders(clone: string): Promise<string[]> {
  const ask = ["rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir"];
  const { stdout } = await run("git", ["-C", clone, ...ask]);
  return [...new Set(stdout.trim().split("\n"))];
}

/** A text that changes whenever the followed refs point to other commits; undefined if they do not exist. */
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

/** Delay after a notification, milliseconds. Git writes a change in several steps, and the last one counts. */
const settleMs = 20;

/** Polling interval without a notification, milliseconds: a file system may send none. */
const pollMs = 2000;

/**
 * Calls back whenever the followed refs point to other commits, until the signal aborts.
 * @param changed Awaited: commits that arrive while it runs are coalesced into one call.
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
      await bell.wait(pollMs);
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

/** Calls back when a ref of the clone may have changed. */
async function listen(clone: string, ring: () => void): Promise<() => void> {
  const folders = await gitFolders(clone);
  const places = folders.flatMap((folder) => [
    // HEAD and packed-refs are replaced in the folder itself; branches and tags are below refs.
    { folder, recursive: false },
    { folder: path.join(folder, "refs"), recursive: true },
  ]);
  const watchers = places
    .filter(({ folder }) => fs.existsSync(folder))
    .map(({ folder, recursive }) => {
      const watcher = fs.watch(folder, { recursive }, ring);
      // Polling detects a deleted folder.
      watcher.on("error", () => undefined);
      return watcher;
    });
  return () => watchers.forEach((watcher) => watcher.close());
}

/** Wakes the waiting caller. A notification without a waiting caller is not lost. */
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
