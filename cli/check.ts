import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { formatDiagnostics } from "../infra/config/report";
import { repositoryRoot } from "../infra/providers/local/instance";
import { AppsChecker, type AppsReport, checkTools } from "../operations/apps/checkAll";
import type { Context } from "../operations/context";
import { formatDuration } from "../operations/format";
import { needTools } from "./tools";

export interface CheckOptions {
  readonly json: boolean;
  /** Check again after each change, until Ctrl-C. */
  readonly watch: boolean;
}

/** An editor writes several files at a time, milliseconds. */
const settleMs = 100;

/** Checks all apps in all environments. @returns 0 if they have no mistake, otherwise 1; of a watch, for its last check. */
export async function check({ json, watch }: CheckOptions, context: Context): Promise<number> {
  const { signal } = context;
  await needTools(checkTools, json, context);
  const checker = AppsChecker.start();
  const changes = watch ? new Changes(signal) : undefined;
  try {
    let code = 0;
    do {
      const start = performance.now();
      const report = await checker.check(repositoryRoot);
      code = report.diagnostics.length === 0 ? 0 : 1;
      console.log(json ? JSON.stringify(report, null, watch ? undefined : 2) : textOf(report));
      if (watch && !json) {
        const took = formatDuration(performance.now() - start);
        console.log(`\nChecked in ${took}. Waiting for the next change; Ctrl-C ends.\n`);
      }
    } while (await changes?.next());
    return code;
  } finally {
    changes?.close();
    await checker.stop();
  }
}

function textOf({ folders, objects, diagnostics }: AppsReport): string {
  if (diagnostics.length > 0) return formatDiagnostics(diagnostics, "apps");
  return `${objects} objects of ${folders} folders are valid.`;
}

/** Changes of the files that are checked. One that happens during a check leads to another check. */
class Changes {
  private changed = false;
  private wake: () => void = () => undefined;
  private readonly watchers: readonly fs.FSWatcher[];

  constructor(private readonly signal: AbortSignal) {
    this.watchers = ["apps", "environments"].map((folder) =>
      fs.watch(path.join(repositoryRoot, folder), { recursive: true }, () => {
        this.changed = true;
        this.wake();
      }),
    );
    signal.addEventListener("abort", () => this.wake());
  }

  /** Waits for the next change. @returns false if the watch has been stopped. */
  async next(): Promise<boolean> {
    if (!this.changed && !this.signal.aborted) {
      await new Promise<void>((resolve) => (this.wake = resolve));
      await sleep(settleMs);
    }
    this.changed = false;
    return !this.signal.aborted;
  }

  close(): void {
    for (const watcher of this.watchers) watcher.close();
  }
}
