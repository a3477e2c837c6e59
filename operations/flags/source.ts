import { nearest } from "../../infra/config/issues";
import type { FlagChange } from "../../infra/components/rollouts/flagEdits";
import type { Flag } from "../../infra/components/rollouts/flags";
import { CommandError } from "../errors";
import { sanitize } from "../format";

/** Storage of the flags of one environment. */
export interface FlagSource {
  /** Display name: the file, or LaunchDarkly's project and environment. */
  readonly name: string;
  /** Every flag, in the order of the source. */
  list(): Promise<readonly Flag[]>;
  /** @throws CommandError for an unknown flag. */
  read(key: string): Promise<Flag>;
  /**
   * Edits the current version of a flag, which may differ from an earlier read.
   * @throws CommandError for an unknown flag.
   */
  edit(key: string, decide: (flag: Flag) => readonly FlagChange[]): Promise<FlagEdit>;
  /** Creates a flag: on, at 0 %. @throws CommandError if it exists. */
  create(key: string): Promise<Flag>;
}

export interface FlagEdit {
  readonly before: Flag;
  /** The flag as stored after the edit; `before` itself if nothing had to change. */
  readonly after: Flag;
}

/** Error for an unknown flag; it lists the known ones. */
export function unknownFlag(key: string, known: readonly string[], where: string): CommandError {
  const near = nearest(key, known);
  const there = known.length === 0 ? "There is none." : `There are: ${known.join(", ")}.`;
  const meant = near === undefined ? "" : ` Did you mean ${near}?`;
  return new CommandError(sanitize(`${where} has no flag ${key}. ${there}${meant}`));
}

export function knownFlag(key: string, where: string): CommandError {
  return new CommandError(
    `${where} has a flag ${key} already. \`npx meridian flag show ${key}\` shows it.`,
  );
}
