import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot, writePrivate } from "../infra/providers/local/instance";

/** Result of one round. */
export interface Round {
  /** From 1. */
  readonly round: number;
  readonly kind: string;
  /** Description of the fault, such as "SIGKILL of eu-west-1/etcd". */
  readonly what: string;
  /** Seconds from the end of the fault to full recovery; absent if the time limit was exceeded. */
  readonly seconds?: number;
  /** Result of the fault's last step, such as the counts of Kafka's records. */
  readonly note?: string;
  /** Diagnostics that were left at the time limit. */
  readonly diagnostics?: readonly string[];
  /** Folder with the logs of that time, relative to the clone. */
  readonly logs?: string;
}

/** A soak's progress. */
export interface Journal {
  readonly seed: number;
  /** Copies of an app, in addition to the repository's own apps. */
  readonly copies: number;
  /** Whether the platform has Kafka, and all faults are Kafka's. Absent: it has not. */
  readonly streaming?: true;
  readonly started: string;
  readonly rounds: readonly Round[];
}

/** Folder of the soaks' files: in `MERIDIAN_HOME` or `.meridian` of the clone, both outside of git. */
export function soakDir(): string {
  const home = process.env["MERIDIAN_HOME"] ?? path.join(repositoryRoot, ".meridian");
  return path.resolve(home, ".soak");
}

/** What a journal belongs to. */
type Run = Pick<Journal, "seed" | "copies" | "streaming">;

/** The journal of an earlier run with this seed, number of copies and kind of platform, or a new one. */
export function openJournal(run: Run): Journal {
  const file = journalFile(run);
  // A journal of an older version lacks the number of copies, which was 0.
  if (fs.existsSync(file))
    return { ...(JSON.parse(fs.readFileSync(file, "utf8")) as Journal), ...run };
  return { ...run, started: new Date().toISOString(), rounds: [] };
}

/** Writes through a rename: a soak that is killed here loses one round at most. */
export function saveJournal(journal: Journal): void {
  writePrivate(journalFile(journal), JSON.stringify(journal, null, 2));
}

/** Deletes the journal of a finished soak, whose report is written; the next one with this seed starts over. */
export function closeJournal(journal: Journal): void {
  fs.rmSync(journalFile(journal), { force: true });
}

function journalFile({ seed, copies, streaming }: Run): string {
  const name = `progress-${seed}${copies === 0 ? "" : `-${copies}`}`;
  return path.join(soakDir(), `${name}${streaming === true ? "-streaming" : ""}.json`);
}
