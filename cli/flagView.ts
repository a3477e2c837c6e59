import pc from "picocolors";
import {
  type FlagReading,
  readState,
  stateIn,
  stateText,
} from "../infra/components/rollouts/flagReading";
import type { Flag } from "../infra/components/rollouts/flags";
import { defaultWeights } from "../infra/components/rollouts/steps";
import type { FlagState } from "../infra/components/rollouts/verdict";
import { environmentOption, pluralize, sanitize } from "../operations/format";
import type { FlagEdit } from "../operations/flags/source";
import { mark, table } from "./table";

/** The environment and source of the flags. */
export interface FlagHead {
  readonly environment: string;
  /** Where the flags are stored. */
  readonly source: string;
  /** The environment's regions, in the order of its file. */
  readonly regions: readonly string[];
}

/** Every flag, one line each. Pure. */
export function listText(flags: readonly Flag[], { environment, source }: FlagHead): string[] {
  const head = `${environment}: flags in ${source}`;
  if (flags.length === 0)
    return [head, "", "There is none. `npx meridian flag create <flag>` makes one."];
  const rows = flags.map((flag) => {
    const read = readState(flag);
    const key = sanitize(flag.key);
    if (read === undefined)
      return [mark(false), key, "", "not of true and false", "", String(flag.version)];
    return [
      mark(read.on && flag.archived !== true),
      key,
      flag.archived === true ? "archived" : read.on ? "on" : "off",
      stateText(read.everywhere),
      differing(read).join(", "),
      String(flag.version),
    ];
  });
  return [
    head,
    "",
    ...table(["", "FLAG", "STATE", "ALLOWS", "REGIONS THAT DIFFER", "VERSION"], rows),
  ];
}

/** One flag, region by region. Pure. */
export function showText(flag: Flag, head: FlagHead): string[] {
  const title = `${sanitize(flag.key)} (${head.environment}): version ${flag.version}, in ${head.source}`;
  const read = readState(flag);
  if (read === undefined)
    return [title, "", "It is no flag of true and false, so that every gate holds."];
  const rows = regionsOf([read], head).map((region) => [
    mark(stateIn(read, region).kind !== "off"),
    sanitize(region),
    stateText(stateIn(read, region)),
    Object.hasOwn(read.regions, region) ? "a rule of its own" : "",
  ]);
  const everywhere = [
    mark(read.on),
    "everywhere else",
    stateText(read.everywhere),
    read.on ? "" : "the flag is off",
  ];
  return [
    title,
    "",
    ...table(["", "REGION", "ALLOWS", ""], [...rows, everywhere]),
    "",
    meaning(read.everywhere),
    ...beside(flag, read),
  ];
}

/** The changes of an edit, and their effects. Pure. */
export function editText({ before, after }: FlagEdit, head: FlagHead): string[] {
  const [from, to] = [readState(before), readState(after)];
  if (from === undefined || to === undefined) return showText(after, head);
  const key = sanitize(after.key);
  if (before.version === after.version)
    return [
      `${key} (${head.environment}): there is nothing to change, in ${head.source}`,
      ...showText(after, head).slice(1),
    ];
  const row = (name: string, [one, other]: readonly [FlagState, FlagState]) => {
    const [was, is] = [stateText(one), stateText(other)];
    return [mark(other.kind !== "off"), name, was, was === is ? pc.dim(is) : pc.bold(is)];
  };
  const rows = regionsOf([from, to], head).map((region) =>
    row(sanitize(region), [stateIn(from, region), stateIn(to, region)]),
  );
  const everywhere = row("everywhere else", [from.everywhere, to.everywhere]);
  return [
    `${key} (${head.environment}): version ${before.version} → ${after.version}, in ${head.source}`,
    "",
    ...table(["", "REGION", "BEFORE", "NOW"], [...rows, everywhere]),
    "",
    ...consequences(key, from, to, head),
    ...beside(after, to),
  ];
}

/** A flag as JSON. Pure. */
export function flagJson(flag: Flag): object {
  const { key, version, on, archived = false } = flag;
  const read = readState(flag);
  if (read === undefined) return { key, version, on, archived, gates: false };
  const { everywhere, regions, rules, targets, prerequisites } = read;
  const others = { rules, targets, prerequisites };
  return { key, version, on, archived, gates: true, everywhere, regions, ...others };
}

/** An edit as JSON. Pure. */
export function editJson({ before, after }: FlagEdit, head: FlagHead): object {
  const { environment, source } = head;
  const changed = before.version !== after.version;
  return { environment, source, changed, before: flagJson(before), after: flagJson(after) };
}

/** The environment's regions, then other regions that have a rule. Pure. */
export function regionsOf(readings: readonly FlagReading[], { regions }: FlagHead): string[] {
  return [...new Set([...regions, ...readings.flatMap((read) => Object.keys(read.regions))])];
}

function differing(read: FlagReading): string[] {
  if (!read.on) return [];
  return Object.entries(read.regions)
    .filter(([, state]) => stateText(state) !== stateText(read.everywhere))
    .map(([region, state]) => `${sanitize(region)} ${stateText(state)}`);
}

/** The effects of an edit, in the regions where something has changed. */
function consequences(key: string, from: FlagReading, to: FlagReading, head: FlagHead): string[] {
  const regions = regionsOf([from, to], head);
  const changed = regions.filter(
    (region) => stateText(stateIn(from, region)) !== stateText(stateIn(to, region)),
  );
  // From retired to 100 % the edit opens nothing that was not open.
  const told = changed.filter(
    (region) => !isOpen(stateIn(from, region)) || !isOpen(stateIn(to, region)),
  );
  const seen = regions.length === 0 ? [to.everywhere] : told.map((region) => stateIn(to, region));
  const states = new Map(seen.map((state) => [stateText(state), state]));
  const { environment } = head;
  if (changed.length === 0 && !to.on)
    return [`! The flag is off: this counts after ${hint(`set ${key} on`, environment)}.`];
  const status = `npx meridian status${environment === "local" ? "" : ` ${environment}`}`;
  return [
    ...[...states.values()].map(meaning),
    `\`${status}\` shows how far regions are.`,
    ...elsewhere(key, changed, regions, [from, to], environment),
  ];
}

/** Regions in which an edit may not have the effect that the user expects. */
function elsewhere(
  key: string,
  changed: readonly string[],
  regions: readonly string[],
  [from, to]: readonly [FlagReading, FlagReading],
  environment: string,
): string[] {
  const own = regions.filter((region) => Object.hasOwn(to.regions, region));
  const held = own.filter((region) => changed.includes(region) && !isOpen(stateIn(to, region)));
  const open = regions.filter((region) => !own.includes(region) && isOpen(to.everywhere));
  const common = stateText(from.everywhere) !== stateText(to.everywhere);
  return [
    ...(held.length > 0 && open.length > 0 && to.on
      ? [
          `! ${open.map(sanitize).join(", ")}: open, so that a new version goes there at once. ${hint(`set ${key} 0`, environment)} holds it.`,
        ]
      : []),
    ...own
      .filter((region) => common && !changed.includes(region) && to.on)
      .map(
        (region) =>
          `! ${sanitize(region)} has a rule of its own; ${hint(`set ${key} default --region ${sanitize(region)}`, environment)} ends it.`,
      ),
  ];
}

/** The next command to type. */
export function hint(command: string, environment: string): string {
  return `\`npx meridian flag ${command}${environmentOption(environment)}\``;
}

/** Whether a state allows every version to all users. Pure. */
export function isOpen(state: FlagState): boolean {
  return state.kind === "retired" || (state.kind === "on" && state.percentage === 100);
}

/** The effect of a state on rollouts. */
function meaning(state: FlagState): string {
  switch (state.kind) {
    case "off":
      return "Off: all requests return to the stable version, and stay there.";
    case "retired":
      return "Retired: rollouts complete, and nothing is gated until the flag is lowered.";
    case "on":
      return `${stateText(state)}: ${reach(state.percentage)}`;
  }
}

function reach(percentage: number): string {
  const weight = defaultWeights.findLast((one) => one <= percentage);
  const stays = "one that has passed it stays where it is (off returns its requests).";
  if (weight === undefined)
    return `below the first step (${defaultWeights[0]} %): a new version waits; ${stays}`;
  if (weight === 100) return "rollouts may reach 100 %, and can return until the flag is retired.";
  return `a new version may reach ${weight} %; ${stays}`;
}

/** Conditions outside Meridian's own rules, which are not evaluated here. */
function beside(flag: Flag, { rules, targets, prerequisites }: FlagReading): string[] {
  return [
    ...(flag.archived === true ? ["! It is archived: every gate holds."] : []),
    ...(rules.length > 0
      ? [`! By other rules, for whom they name: ${rules.map(sanitize).join(", ")}.`]
      : []),
    ...(targets > 0
      ? [`! ${pluralize(targets, "context")} named one by one, which count first.`]
      : []),
    ...(prerequisites.length > 0
      ? [`! Only while these are on: ${prerequisites.map(sanitize).join(", ")}.`]
      : []),
  ];
}
