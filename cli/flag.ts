import * as fs from "node:fs";
import {
  ConfigurationError,
  environmentNames,
  environmentsFolder,
  readEnvironmentFile,
} from "../infra/config";
import { repositoryRoot } from "../infra/providers/local/instance";
import {
  clearRegion,
  type FlagChange,
  FlagEditError,
  retire,
  setPercentage,
  switchOff,
  switchOn,
} from "../infra/components/rollouts/flagEdits";
import type { Flag } from "../infra/components/rollouts/flags";
import { flagsComeFrom, type FlagSourceKind } from "../infra/components/rollouts/sources";
import { sourceDespite } from "../operations/flags/configured";
import { flagSource } from "../operations/flags/settings";
import type { FlagSource } from "../operations/flags/source";
import { configFile } from "../operations/environmentFiles";
import { CommandError, UsageError } from "../operations/errors";
import { confirm } from "./confirm";
import { heldRegions, heldVersions, retirementText } from "./flagRetirement";
import type { FlagValue } from "./optionValues";
import { editJson, editText, flagJson, hint, listText, showText } from "./flagView";

/** Options of every `meridian flag`, from commander. */
export interface FlagOptions {
  readonly environment: string;
  readonly json?: boolean;
}

/** The flag source and the environment of a command. */
interface Opened extends Configured {
  readonly source: FlagSource;
  readonly environment: string;
}

/** The parts of an environment's configuration that flags need. */
interface Configured {
  /** Where gates read flags; undefined if mistakes in the configuration leave that open. */
  readonly from: FlagSourceKind | undefined;
  /** Whether gates have the file of the last `up` instead of the current one. */
  readonly late: boolean;
  /** Names of the environment's regions; empty if its configuration has mistakes. */
  readonly regions: readonly string[];
  /** The mistakes that make it empty. */
  readonly diagnostics: ConfigurationError | undefined;
}

/** Shows every flag. */
export async function listFlags(options: FlagOptions): Promise<number> {
  const opened = open(options.environment);
  const flags = await opened.source.list();
  print(
    options,
    () => ({ ...headOf(opened), flags: flags.map(flagJson) }),
    () => listText(flags, headOf(opened)),
  );
  reportDiagnostics(options, opened);
  return 0;
}

/** Shows one flag, region by region. */
export async function showFlag(key: string, options: FlagOptions): Promise<number> {
  const opened = open(options.environment);
  const flag = await opened.source.read(key);
  print(
    options,
    () => ({ ...headOf(opened), flag: flagJson(flag) }),
    () => showText(flag, headOf(opened)),
  );
  reportDiagnostics(options, opened);
  return 0;
}

/** Sets a percentage, switches a flag off or on, or ends a region's own rule. */
export async function setFlag(
  key: string,
  to: FlagValue,
  options: FlagOptions & { readonly region?: string },
): Promise<number> {
  const { region } = options;
  const decide = decision(to, region);
  const opened = open(options.environment);
  const decideThere = (flag: Flag) => {
    const changes = decide(flag);
    // A region that has left the environment may still have a rule. That rule can be ended.
    const ends = changes.some(({ kind }) => kind === "clear");
    if (region !== undefined && !ends) requireRegion(opened, region);
    return changes;
  };
  return change(key, decideThere, options, opened);
}

/**
 * Retires a flag: it no longer gates anything. If it holds a version back somewhere, a person confirms it, or `--yes` does.
 * @throws CommandError if it is not confirmed.
 */
export async function retireFlag(
  key: string,
  options: FlagOptions & { readonly yes?: boolean },
): Promise<number> {
  const opened = open(options.environment);
  if (options.yes !== true) await confirmRetirement(key, opened);
  return change(key, retire, options, opened);
}

async function confirmRetirement(key: string, opened: Opened): Promise<void> {
  const flag = await opened.source.read(key);
  // Refused here if it cannot be retired at all.
  await inWords(() => Promise.resolve(retire(flag)));
  const held = heldRegions(flag, headOf(opened));
  if (held.length === 0) return;
  const text = retirementText(key, held, await heldVersions(opened.environment, key));
  await confirm(`${text}\nRetire it?`, `${text}\nNothing was changed. Add --yes to do it.`);
}

/** Creates a flag. */
export async function createFlag(key: string, options: FlagOptions): Promise<number> {
  const opened = open(options.environment);
  const flag = await opened.source.create(key);
  print(
    options,
    () => ({ ...headOf(opened), flag: flagJson(flag) }),
    () => [
      ...showText(flag, headOf(opened)),
      "",
      `An app's first version is deployed everywhere at once. Each later one waits until ${hint(`set ${key} 10`, opened.environment)} or more allows it.`,
    ],
  );
  reportDiagnostics(options, opened);
  return 0;
}

async function change(
  key: string,
  decide: (flag: Flag) => FlagChange[],
  options: FlagOptions,
  opened: Opened,
): Promise<number> {
  const edit = await inWords(() => opened.source.edit(key, decide));
  print(
    options,
    () => editJson(edit, headOf(opened)),
    () => editText(edit, headOf(opened)),
  );
  if (opened.late && edit.before.version !== edit.after.version) warnLate(options, opened);
  reportDiagnostics(options, opened);
  return 0;
}

function warnLate({ json }: FlagOptions, { environment }: Opened): void {
  const tell = json === true ? console.error : console.log;
  tell(
    `! No gate has heard of it yet: on AWS they have the file as it was at the last \`npx meridian up ${environment}\`. ` +
      "Commit it and let the pipeline run, or run that.",
  );
}

function reportDiagnostics(
  { json }: FlagOptions,
  { diagnostics, environment, from, source }: Opened,
) {
  if (diagnostics === undefined) return;
  const assumed =
    from === undefined ? ` Its gates are assumed to read flags from ${source.name}.` : "";
  const tell = json === true ? console.error : console.log;
  tell(
    `! environments/Pulumi.${environment}.yaml has mistakes, so that its regions are not shown.${assumed}`,
  );
}

async function inWords<T>(edit: () => Promise<T>): Promise<T> {
  try {
    return await edit();
  } catch (error) {
    throw error instanceof FlagEditError ? new CommandError(error.message) : error;
  }
}

function decision(to: FlagValue, region: string | undefined): (flag: Flag) => FlagChange[] {
  switch (to) {
    case "on":
      return (flag) => switchOn(flag, region);
    case "off":
      return (flag) => switchOff(flag, region);
    case "default":
      if (region === undefined)
        throw new UsageError("default is for a region: add --region <region>.");
      return (flag) => clearRegion(flag, region);
    default:
      return (flag) => setPercentage(flag, to, region);
  }
}

/**
 * A flag can also be switched off while the environment's configuration has mistakes: they are reported only if the command
 * names a region.
 */
function open(environment: string): Opened {
  const folder = environmentsFolder(repositoryRoot);
  const file = configFile(environment);
  if (!fs.existsSync(file))
    throw new CommandError(
      `There is no environment ${environment}. There are: ${environmentNames(folder).join(", ")}.`,
    );
  const configured = readConfigured(file, environment);
  const source = flagSource(folder, environment, process.env, configured.from);
  return { ...configured, source, environment };
}

function readConfigured(file: string, name: string): Configured {
  try {
    const environment = readEnvironmentFile(file, name);
    const regions = environment.regions.map((region) => region.name);
    const from = flagsComeFrom(environment);
    const late = from === "file" && environment.provider === "aws";
    return { from, late, regions, diagnostics: undefined };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { from: sourceDespite(error, file), late: false, regions: [], diagnostics: error };
  }
}

function requireRegion({ regions, diagnostics, environment }: Opened, region: string): void {
  if (diagnostics !== undefined) throw diagnostics;
  if (regions.includes(region)) return;
  throw new CommandError(
    `${region} is no region of ${environment}. There are: ${regions.join(", ")}.`,
  );
}

function headOf({ source, environment, regions }: Opened) {
  return { environment, source: source.name, regions };
}

function print({ json }: FlagOptions, asJson: () => object, asText: () => string[]): void {
  console.log(json === true ? JSON.stringify(asJson(), null, 2) : asText().join("\n"));
}
