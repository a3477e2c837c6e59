import type { Command, Option } from "commander";

/** A word that may stand where the cursor is. */
export interface Candidate {
  readonly value: string;
  /** Empty for a value that says enough by itself. */
  readonly description: string;
}

/** A value that a command line asks for: the placeholder's name, as in `<region>`. */
export interface Placeholder {
  readonly name: string;
  /** The command, with those above it: "flag show". */
  readonly command: string;
  /** The environment that the line names, or the command's default. */
  readonly environment: string;
}

/** The known values of a placeholder. */
export type Values = (placeholder: Placeholder) => readonly string[];

/** The words before the cursor, as commander reads them. */
interface Line {
  readonly command: Command;
  /** The command above it; for the program, itself. */
  readonly above: Command;
  /** Names of the command and those above it, without the program's. */
  readonly path: readonly string[];
  readonly args: readonly string[];
  /** The options that were given, and their values. */
  readonly options: ReadonlyMap<Option, string | undefined>;
  /** The option whose value comes next. */
  readonly awaiting: Option | undefined;
  /** Whether `--` was given: no word after it is an option. */
  readonly ended: boolean;
}

/**
 * The words that may stand where the cursor is, derived from the commands themselves: a new command or option needs nothing here.
 * Pure.
 *
 * @param words The words after the program's name; the last one is incomplete, or empty.
 */
export function candidates(
  program: Command,
  words: readonly string[],
  values: Values,
): readonly Candidate[] {
  const current = words.at(-1) ?? "";
  const line = read(program, words.slice(0, -1));
  return suggest(line, current, values).filter(({ value }) => value.startsWith(current));
}

function suggest(line: Line, current: string, values: Values): readonly Candidate[] {
  if (line.awaiting !== undefined) return valuesOfOption(line, line.awaiting, values);
  if (current.startsWith("-") && !line.ended) {
    const { flag, value } = split(current);
    if (value === undefined) return optionsOf(line, current);
    const option = findOption(line.command, flag);
    const before = current.slice(0, current.length - value.length);
    return valuesOfOption(line, option, values).map((one) => prefixed(before, one));
  }
  const found = [...commandsOf(line), ...valuesOfArgument(line, values)];
  // An empty word with nothing to fill it: the options are what is left to say.
  return found.length > 0 || current !== "" || line.ended ? found : optionsOf(line, current);
}

/** Reads complete words. An unknown option takes no value. */
function read(program: Command, words: readonly string[]): Line {
  let [command, above] = [program, program];
  const path: string[] = [];
  const args: string[] = [];
  const options = new Map<Option, string | undefined>();
  let awaiting: Option | undefined;
  let ended = false;
  for (const word of words) {
    if (awaiting !== undefined) {
      options.set(awaiting, word);
      awaiting = undefined;
    } else if (ended || !word.startsWith("-") || word === "-") {
      const next = args.length === 0 ? subcommand(command, word) : undefined;
      if (next === undefined) {
        args.push(word);
        continue;
      }
      path.push(next.name());
      [above, command] = [command, next];
      options.clear();
    } else if (word === "--") {
      ended = true;
    } else {
      const { flag, value } = split(word);
      const option = findOption(command, flag);
      if (option?.required === true && value === undefined) awaiting = option;
      if (option !== undefined) options.set(option, value);
    }
  }
  return { command, above, path, args, options, awaiting, ended };
}

/** "--to=50" and "-n50" have a value, "--to" and "-n" have none. */
function split(word: string): { readonly flag: string; readonly value: string | undefined } {
  const [, flag = word, value] = /^(--[^=]+)=(.*)$/.exec(word) ?? /^(-[^-])(.+)$/.exec(word) ?? [];
  return { flag, value };
}

function subcommand(command: Command, name: string): Command | undefined {
  return visibleCommands(command).find(
    (one) => one.name() === name || one.aliases().includes(name),
  );
}

function visibleCommands(command: Command): Command[] {
  return command.createHelp().visibleCommands(command);
}

function findOption(command: Command, flag: string): Option | undefined {
  return command.options.find(({ short, long }) => flag === short || flag === long);
}

function commandsOf({ command, args }: Line): Candidate[] {
  if (args.length > 0) return [];
  return visibleCommands(command).map((one) => ({
    value: one.name(),
    description: one.description(),
  }));
}

/** Options that are not there yet, by their long names; by the short one if that is what was typed. */
function optionsOf({ command, options }: Line, current: string): Candidate[] {
  const given = new Set([...options.keys()].map((option) => option.attributeName()));
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => option.variadic || !given.has(option.attributeName()))
    .map(({ short, long, description }) => ({
      value: (current === short ? short : long) ?? short ?? "",
      description,
    }));
}

function valuesOfOption(line: Line, option: Option | undefined, values: Values): Candidate[] {
  if (option === undefined) return [];
  const name = placeholderOf(option);
  if (name === undefined) return [];
  return plain(option.argChoices ?? values(placeholder(line, name)));
}

function valuesOfArgument(line: Line, values: Values): Candidate[] {
  const { command, above, args } = line;
  const [last] = command.registeredArguments.slice(-1);
  const argument =
    command.registeredArguments[args.length] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return [];
  // `help <command>`, which commander defines by itself.
  if (command.name() === "help") return commandsOf({ ...line, command: above });
  return plain(argument.argChoices ?? values(placeholder(line, argument.name())));
}

function placeholder(line: Line, name: string): Placeholder {
  return { name, command: line.path.join(" "), environment: environmentOf(line) };
}

/** The environment that the line names, in an option or an argument, or else the command's default. */
function environmentOf({ command, options, args }: Line): string {
  const isEnvironment = (option: Option) => placeholderOf(option) === "environment";
  const option = command.options.find(isEnvironment);
  const at = command.registeredArguments.findIndex((one) => one.name() === "environment");
  const given = option === undefined ? args[at] : options.get(option);
  const chosen: unknown = given ?? (option ?? command.registeredArguments[at])?.defaultValue;
  return typeof chosen === "string" ? chosen : "local";
}

/** "region" of `--from <region>`; undefined for an option without a value. */
function placeholderOf({ flags }: Option): string | undefined {
  return /[<[]([^>\].]+)/.exec(flags)?.[1];
}

function plain(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value, description: "" }));
}

function prefixed(prefix: string, { value, description }: Candidate): Candidate {
  return { value: `${prefix}${value}`, description };
}
