import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { instanceMark, instanceOf } from "../infra/providers/local/instance";
import { eachStepOnce, ensureTools, type ToolName, type ToolProgress } from "../toolchain";
import { BuildClock } from "../toolchain/buildClock";
import { build, listPackages } from "../toolchain/goBuild";
import { prepareModule } from "../toolchain/goModule";
import { BuildProgress } from "../toolchain/goProgress";
import { goSource } from "../toolchain/preconditions";
import type { GoFolder, GoSource, Source, ToolPin } from "../toolchain/types";
import { environment } from "./platform";
import { type Lab, secondsOf } from "./types";
import { endedChildrenSeconds } from "./usage";

/** The tools to build from an empty build cache, and the peers for comparison. */
export interface ColdWork {
  /** Built as `npm start` builds them. */
  readonly tools: readonly ToolName[];
  /** Built by one `go build`; all in one module. */
  readonly peers: readonly ToolName[];
  readonly pins: readonly ToolPin[];
  /** Environment variables of the user. */
  readonly env: NodeJS.ProcessEnv;
}

export interface Cost {
  readonly wall: number;
  /** Processor seconds. */
  readonly cpu: number;
}

/** A temporary home, and variables that make Go write everything except modules into it. */
interface Place {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Measures both, one after the other, each in its own temporary home. */
export async function coldBuilds(
  lab: Lab,
  work: ColdWork,
): Promise<{ readonly tools: Cost; readonly peers: Cost }> {
  const peers = await inFreshHome(lab, work.env, (place) => buildPeers(lab, work, place));
  const tools = await inFreshHome(lab, work.env, (place) => makeTools(lab, work, place));
  return { tools, peers };
}

async function inFreshHome<T>(
  lab: Lab,
  env: NodeJS.ProcessEnv,
  action: (place: Place) => Promise<T>,
): Promise<T> {
  const home = lab.freshHome();
  const folder = (name: string) => {
    const made = path.join(home, name);
    fs.mkdirSync(made);
    return made;
  };
  const temporary = folder("tmp");
  const own = {
    GOCACHE: folder("go-build"),
    GOTMPDIR: temporary,
    TMPDIR: temporary,
    // An external cache would not be empty.
    GOCACHEPROG: "",
    // Compilers outlive an interrupted `go build`: with the mark they are found and killed together with the home.
    [instanceMark]: instanceOf(environment, home).dir,
  };
  try {
    return await action({ home, env: { ...env, ...own } });
  } finally {
    await lab.removeHome(home);
  }
}

/** Downloads the modules before the measurement, which then covers only compiling and linking. */
async function buildPeers(lab: Lab, work: ColdWork, { home, env }: Place): Promise<Cost> {
  const { signal } = lab;
  const sources = goSources(work, work.peers);
  const folder = folderOf(sources);
  const module = path.join(home, "module");
  lab.say("getting the modules of all tools");
  await prepareModule(folder, module, { env, signal });
  const ofBoth = goSources(work, [...work.tools, ...work.peers]);
  // A separate build cache, because `go list` writes into it as well.
  const listing = { ...env, GOCACHE: path.join(home, "go-list") };
  await listPackages(
    ofBoth.filter((source) => source.folder === folder),
    module,
    { env: listing, signal },
  );
  const output = path.join(home, "built");
  fs.mkdirSync(output);
  lab.say(`building ${work.peers.join(", ")} from an empty build cache`);
  const clock = new BuildClock(os.availableParallelism());
  const progress = new BuildProgress(sources, { clock, report: sayEachMinute(lab) });
  progress.say("compiling");
  try {
    return await costOf(() =>
      build(sources, module, output, { env, signal, clock }, progress.hear),
    );
  } finally {
    progress.stop();
  }
}

function makeTools(lab: Lab, work: ColdWork, { home, env }: Place): Promise<Cost> {
  lab.say(`making ${work.tools.length} tools from an empty build cache`);
  return costOf(() =>
    ensureTools(work.tools, sayEachMinute(lab), {
      cacheDir: path.join(home, "tools"),
      env,
      signal: lab.signal,
      pins: work.pins.map(fromRegistries),
    }),
  );
}

const registries: readonly Source["kind"][] = ["go", "moduleFiles", "debian", "wheel", "maven"];

/** A tool without the releases and images that a machine with internet access would use instead of a build. */
export function fromRegistries(pin: ToolPin): ToolPin {
  return { ...pin, sources: pin.sources.filter(({ kind }) => registries.includes(kind)) };
}

function goSources({ pins }: ColdWork, names: readonly ToolName[]): GoSource[] {
  return pins.filter(({ name }) => names.includes(name)).flatMap((pin) => goSource(pin) ?? []);
}

/** @throws if the tools are in more than one module: one `go build` cannot build them. */
function folderOf(sources: readonly GoSource[]): GoFolder {
  const [folder, ...others] = new Set(sources.map((source) => source.folder));
  if (folder === undefined || others.length > 0) throw new Error("peers are built in one module");
  return folder;
}

async function costOf(action: () => Promise<void>): Promise<Cost> {
  const before = endedChildrenSeconds();
  const wall = await secondsOf(action);
  return { wall, cpu: endedChildrenSeconds() - before };
}

const minute = 60_000;

/** Prints a line for each step, and one per minute. */
function sayEachMinute(lab: Lab): (progress: ToolProgress) => void {
  const once = eachStepOnce((line) => lab.say(line));
  let last = Date.now();
  return (progress) => {
    once(progress);
    if (progress.phase !== "building" || Date.now() - last < minute) return;
    last = Date.now();
    const { tool, message, secondsLeft } = progress;
    const left = secondsLeft === undefined ? "" : `, about ${Math.ceil(secondsLeft / 60)} min left`;
    lab.say(`${tool}: ${message}${left}`);
  };
}
