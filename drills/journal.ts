import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot, writePrivate } from "../infra/providers/local/instance";

/** What became of one round. */
export interface Round {
  /** From 1. */
  readonly round: number;
  readonly kind: string;
  /** The fault in words, such as "SIGKILL of eu-west-1/etcd". */
  readonly what: string;
  /** Seconds from the end of the fault until all was as before; absent when it was not in time. */
  readonly seconds?: number;
  /** What was not in order when time was up. */
  readonly diagnostics?: readonly string[];
  /** Folder with the logs as they were then, relative to the clone. */
  readonly logs?: string;
}

/** A soak's progress. */
export interface Journal {
  readonly seed: number;
  /** Copies of an app that the platform has beside the repository's own. */
  readonly copies: number;
  readonly started: string;
  readonly rounds: readonly Round[];
}

/** Where soaks keep what they have: `MERIDIAN_HOME` or `.meridian` of the clone, both outside of git. */
export function soakDir(): string {
  const home = process.env["MERIDIAN_HOME"] ?? path.join(repositoryRoot, ".meridian");
  return path.resolve(home, ".soak");
}

/** The progress of an earlier run with this seed and as many copies, or a new one. */
export function openJournal(seed: number, copies: number): Journal {
  const file = journalFile({ seed, copies });
  // A journal of an older version does not say that there were no copies.
  if (fs.existsSync(file))
    return { ...(JSON.parse(fs.readFileSync(file, "utf8")) as Journal), copies };
  return { seed, copies, started: new Date().toISOString(), rounds: [] };
}

/** Through a rename: a soak that is killed here loses one round at most. */
export function saveJournal(journal: Journal): void {
  writePrivate(journalFile(journal), JSON.stringify(journal, null, 2));
}

/** A soak that has come to its end is in its report; the next one with this seed starts anew. */
export function closeJournal(journal: Journal): void {
  fs.rmSync(journalFile(journal), { force: true });
}

function journalFile({ seed, copies }: Pick<Journal, "seed" | "copies">): string {
  return path.join(soakDir(), `progress-${seed}${copies === 0 ? "" : `-${copies}`}.json`);
}
