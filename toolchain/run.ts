import type { BuildClock } from "./buildClock";
import type { Network } from "./network";
import type { Arch, GoFolder, GoSource, Say, ToolPin, ToolProgress } from "./types";

/** Where the tools of a module are built: the copy of the module, and the folder of the executables. */
export interface BuiltModule {
  readonly folder: string;
  readonly output: string;
}

/** What one call of ensureTools shares between its tools. */
export interface Run {
  readonly cacheDir: string;
  readonly arch: Arch;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly network: Network;
  readonly clock: BuildClock;
  /** Lives as long as the run: archives that several tools come from are downloaded once. */
  readonly scratch: string;
  /** What is said of several tools together. */
  readonly report: (progress: ToolProgress) => void;
  /** What this run builds, in the order of the table. */
  readonly toBuild: readonly GoSource[];
  /** The modules that are built, or have been. */
  readonly modules: Map<GoFolder, Promise<BuiltModule>>;
}

/** What a `go` command needs of a run. */
export type GoRun = Pick<Run, "env" | "signal">;

/** What a source needs to make one tool: it puts the executable, named as the tool, into `into`. */
export interface Job {
  readonly pin: ToolPin;
  readonly into: string;
  /** Private to this tool, removed afterwards. */
  readonly scratch: string;
  readonly say: Say;
  readonly run: Run;
}
