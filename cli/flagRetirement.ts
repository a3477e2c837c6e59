import { planPlatform } from "../infra/plan";
import { instanceExists } from "../infra/providers/local/instance";
import {
  type FlagReading,
  readState,
  stateIn,
  stateText,
} from "../infra/components/rollouts/flagReading";
import type { Flag } from "../infra/components/rollouts/flags";
import { isOnAws } from "../operations/environmentFiles";
import { sanitize } from "../operations/format";
import type { Status } from "../operations/status/model";
import { readStatus } from "../operations/status/read";
import { versionText } from "../operations/status/versions";
import { openInstance, runningInstance } from "./environment";
import { type FlagHead, isOpen, regionsOf } from "./flagView";

/** A region in which a flag holds versions back, with the flag's state there. */
interface HeldRegion {
  readonly region: string;
  readonly state: string;
}

/** A version that a flag holds back. */
export interface HeldVersion {
  readonly app: string;
  readonly region: string;
  /** The version that runs and the one that comes: `6.9.2 → 6.9.3`. */
  readonly version: string;
}

/** The regions in which a flag allows less than everything. Pure. */
export function heldRegions(flag: Flag, head: FlagHead): HeldRegion[] {
  const read = readState(flag);
  if (read === undefined) return [];
  const regions = regionsOf([read], head).map((region) => ({
    region,
    state: stateIn(read, region),
  }));
  // The environment's regions are unknown if its configuration has mistakes.
  return [...regions, ...(head.regions.length > 0 ? [] : [everywhere(read)])]
    .filter(({ state }) => !isOpen(state))
    .map(({ region, state }) => ({ region, state: stateText(state) }));
}

function everywhere({ everywhere: state }: FlagReading) {
  return { region: "every other region", state };
}

/** The versions that a flag holds back now; undefined if the environment is not up on this machine, or does not answer. */
export async function heldVersions(
  environment: string,
  key: string,
): Promise<HeldVersion[] | undefined> {
  if (isOnAws(environment) || !instanceExists(openInstance(environment))) return undefined;
  const found = await statusOf(environment);
  if (found?.delivery === undefined) return undefined;
  const { apps } = found;
  return apps.flatMap(({ name, rollouts, versions }) =>
    Object.entries(rollouts)
      .filter(([, { flag, phase }]) => flag === key && phase !== "stable")
      .map(([region]) => ({ app: name, region, version: versionText(versions, region) })),
  );
}

/** The status of an environment; undefined if its configuration cannot be read. */
async function statusOf(environment: string): Promise<Status | undefined> {
  try {
    const { instance, configuration } = runningInstance(environment);
    return await readStatus(instance, planPlatform(configuration));
  } catch {
    return undefined;
  }
}

/** What the retirement of a flag that holds versions back does. Pure. */
export function retirementText(
  key: string,
  held: readonly HeldRegion[],
  versions: readonly HeldVersion[] | undefined,
): string {
  const where = held.map(({ region, state }) => `${sanitize(region)} (${state})`).join(", ");
  const effect = "Retiring it sends the newest version to all users there, at once.";
  const lines = versions?.map(({ app, region, version }) => `  ${app} in ${region}: ${version}`);
  const now =
    versions === undefined
      ? [
          "The version is not known here: the environment is not up on this machine, or does not answer.",
        ]
      : versions.length === 0
        ? ["No version waits for it now; the next one will not wait."]
        : (lines ?? []);
  return [`${sanitize(key)} holds versions back in ${where}. ${effect}`, ...now].join("\n");
}
