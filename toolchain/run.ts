import type { BuildClock } from "./buildClock";
import type { Network } from "./network";
import type { Arch, GoFolder, GoSource, Say, ToolPin, ToolProgress } from "./types";

/** Build result of a module: the copy of the module, and the folder of the executables. */
export interface BuiltModule {
  readonly folder: string;
  readonly output: string;
}

/** State that the tools of one ensureTools call share. */
export interface Run {
  readonly cacheDir: string;
  readonly arch: Arch;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly network: Network;
  readonly clock: BuildClock;
  /** Lives as long as the run: archives shared by several tools are downloaded once. */
  readonly scratch: string;
  /** Receives progress that concerns several tools together. */
  readonly report: (progress: ToolProgress) => void;
  /** The sources that this run builds, in the order of the table. */
  readonly toBuild: readonly GoSource[];
  /** The modules whose build has started or finished. */
  readonly modules: Map<GoFolder, Promise<BuiltModule>>;
}

/** The parts of a run that a `go` command needs. */
export type GoRun = Pick<Run, "env" | "signal">;

/** Input of a source for making one tool: it writes the executable, named after the tool, to `into`. */
export interface Job {
  readonly pin: ToolPin;
  readonly into: string;
  /** Private to this tool, removed afterwards. */
  readonly scratch: string;
  readonly say: Say;
  readonly run: Run;
}
