import { nearest } from "../../infra/config/issues";
import type { FlagChange } from "../../infra/components/rollouts/flagEdits";
import type { Flag } from "../../infra/components/rollouts/flags";
import { CommandError } from "../errors";
import { sanitize } from "../format";

/** Where the flags of one environment are kept. */
export interface FlagSource {
  /** For a person: the file, or LaunchDarkly's project and environment. */
  readonly name: string;
  /** Every flag, in the order of the source. */
  list(): Promise<readonly Flag[]>;
  /** @throws CommandError for one that is not there. */
  read(key: string): Promise<Flag>;
  /**
   * Changes a flag as it is at that moment, whatever it was when somebody looked.
   * @throws CommandError for one that is not there.
   */
  edit(key: string, decide: (flag: Flag) => readonly FlagChange[]): Promise<FlagEdit>;
  /** Makes a flag: on, at 0 %. @throws CommandError for one that is there. */
  create(key: string): Promise<Flag>;
}

export interface FlagEdit {
  readonly before: Flag;
  /** As the source has it now; `before` itself where there was nothing to change. */
  readonly after: Flag;
}

/** What LaunchDarkly takes as a key. */
export const flagKey = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Names the flags there are. */
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
