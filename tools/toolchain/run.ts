import type { BuildClock } from "./buildClock";
import type { Network } from "./network";
import type { Arch, Say, ToolPin } from "./types";

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
}

/** What a source needs to make one tool: it puts the executable, named as the tool, into `into`. */
export interface Job {
  readonly pin: ToolPin;
  readonly into: string;
  /** Private to this tool, removed afterwards. */
  readonly scratch: string;
  readonly say: Say;
  readonly run: Run;
}
