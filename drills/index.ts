import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../infra/providers/local/instance";
import { ScratchClone } from "../bench/clone";
import { machineFacts } from "../bench/machine";
import { copyApps } from "../bench/manyApps";
import { environment, meridian, type Platform, platformOf, removeHome } from "../bench/platform";
import type { Context } from "../operations/context";
import { formatDuration as inWords } from "../operations/format";
import { faults, streamingFaults } from "./faults";
import type { Fault, Injected } from "./faults/types";
import { type Baseline, baselineOf, recover } from "./invariants";
import {
  closeJournal,
  type Journal,
  openJournal,
  type Round,
  saveJournal,
  soakDir,
} from "./journal";
import { Random } from "./random";
import { writeStreamingEnvironment } from "./streaming/environment";
import { formatSoak } from "./report";
import { shownPath } from "../infra/config/shownPath";

/** Time limit of a recovery in seconds, and the extra time for each copied app: twenty copies keep two cores busy. */
const limitSeconds = 180;
const limitSecondsForCopy = 20;

/** Options of a soak. */
export interface SoakOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Copies of an app, in addition to the repository's own apps. */
  readonly copies: number;
  /** Whether the platform has Kafka, and all faults are Kafka's. Default: false. */
  readonly streaming?: boolean;
}

/**
 * Injects random faults into a platform of its own, and after each checks that everything has recovered. Resumes an interrupted
 * run with this seed; writes its report at the end, and when interrupted.
 * @returns 0 if every round recovered, else 1.
 */
export async function soak(options: SoakOptions, { signal }: Context): Promise<number> {
  const { seed, rounds, copies, streaming = false } = options;
  let journal = openJournal({ seed, copies, ...(streaming && { streaming }) });
  announce(journal, rounds);
  const home = path.join(soakDir(), "platform");
  try {
    console.log("Bringing up a platform to do faults to …");
    await begin(home, options, signal);
    const start = Date.now();
    const before = journal.rounds.length;
    while (journal.rounds.length < rounds) {
      const found = await doRound(home, options, journal.rounds.length + 1, signal);
      journal = { ...journal, rounds: [...journal.rounds, found] };
      saveJournal(journal);
      const done = journal.rounds.length - before;
      const left = ((Date.now() - start) / done) * (rounds - journal.rounds.length);
      console.log(lineOf(found, rounds, left));
      if (found.seconds === undefined) {
        // The next round needs a platform in its initial state.
        console.log("Starting the platform again from nothing …");
        await begin(home, options, signal);
      }
    }
  } finally {
    if (journal.rounds.length > 0) writeReport(journal, rounds);
    await removeHome(home);
  }
  closeJournal(journal);
  return journal.rounds.every(({ seconds }) => seconds !== undefined) ? 0 : 1;
}

/** Brings up a new platform. With copies, it tracks a clone of its own that contains them. */
async function begin(
  home: string,
  { copies, streaming = false }: SoakOptions,
  signal: AbortSignal,
): Promise<void> {
  await removeHome(home);
  if (copies > 0) {
    fs.mkdirSync(home, { recursive: true, mode: 0o700 });
    await copyApps(ScratchClone.in(home), copies);
  }
  if (streaming) writeStreamingEnvironment(home);
  await meridian(home, ["up", environment], signal);
}

function announce({ rounds, seed }: Journal, wanted: number): void {
  if (rounds.length > 0) console.log(`Seed ${seed}: going on after round ${rounds.length}.`);
  console.log(`${wanted} rounds; Ctrl-C stops and keeps what has been found.`);
}

function lineOf(round: Round, rounds: number, msLeft: number): string {
  const outcome =
    round.seconds === undefined
      ? `NOT recovered: ${round.diagnostics?.join("; ")}`
      : `recovered in ${round.seconds.toFixed(1)} s`;
  const left = round.round < rounds ? ` (about ${inWords(msLeft)} left)` : "";
  const note = round.note === undefined ? "" : ` (${round.note})`;
  return `${round.round}/${rounds} ${round.kind}: ${round.what}: ${outcome}${note}${left}`;
}

/** One fault and its recovery. It throws only if interrupted; any other error is a result of the round. */
async function doRound(
  home: string,
  { seed, copies, streaming = false }: SoakOptions,
  round: number,
  signal: AbortSignal,
): Promise<Round> {
  const random = Random.ofRound(seed, round);
  const fault = pickFault(random, streaming);
  const { kind } = fault;
  const platform = platformOf(home);
  const baseline = await baselineOf(platform);
  let what = "not done";
  try {
    const injected = await fault.inject(platform, random, signal);
    what = injected.what;
    const limit = limitSeconds + copies * limitSecondsForCopy;
    const recovered = await recoverFrom(platform, baseline, injected, limit, signal);
    return { round, kind, what, ...recovered };
  } catch (error) {
    signal.throwIfAborted();
    const diagnostics = (error as Error).message.split("\n");
    return { round, kind, what, diagnostics, logs: keepLogs(platform, seed, round) };
  }
}

function pickFault(random: Random, streaming: boolean): Fault {
  const all = streaming ? streamingFaults : faults;
  return random.pick(all.flatMap(({ fault, weight }) => Array<Fault>(weight).fill(fault)));
}

/** @returns the seconds, and the note of the last step. @throws with all diagnostics that are left at the time limit. */
async function recoverFrom(
  platform: Platform,
  baseline: Baseline,
  { needsUp, recovered = () => Promise.resolve(true), afterwards, end }: Injected,
  limit: number,
  signal: AbortSignal,
): Promise<Pick<Round, "seconds" | "note">> {
  const start = performance.now();
  if (needsUp === true) await meridian(platform.home, ["up", environment], signal);
  const before = (performance.now() - start) / 1000;
  const check = async () => {
    const found = await recover(platform, baseline, limit, recovered, signal);
    if ("diagnostics" in found) throw new Error(found.diagnostics.join("\n"));
    return found.seconds;
  };
  try {
    const seconds = before + (await check());
    if (afterwards === undefined) return { seconds };
    const note = await afterwards();
    await check();
    return { seconds, ...(typeof note === "string" && { note }) };
  } finally {
    await end?.();
  }
}

/** Copies the current logs. @returns the copy's folder, relative to the clone. */
function keepLogs({ instance }: Platform, seed: number, round: number): string {
  const dir = path.join(soakDir(), "failures", `seed-${seed}-round-${round}`);
  fs.rmSync(dir, { recursive: true, force: true });
  fs.cpSync(instance.logsDir, dir, { recursive: true });
  return path.relative(repositoryRoot, dir);
}

function writeReport(journal: Journal, rounds: number): void {
  const machine = machineFacts();
  const dir = path.join(repositoryRoot, "docs/reports");
  const file = path.join(dir, `soak-${machine.date.slice(0, 10)}.md`);
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(file, formatSoak(journal, rounds, machine));
  console.log(`Report: ${shownPath(file)}`);
}
