import * as assert from "node:assert/strict";
import { type Command, CommanderError } from "commander";
import { createProgram } from "../../../cli/program";
import { UsageError } from "../../../operations/errors";
import { contextOf } from "../../support/context";
import { printed } from "../../support/printed";

/** Every command that can be called, with its words. */
function commandsOf(command: Command, words: readonly string[] = []): [string, Command][] {
  if (command.commands.length === 0) return [[words.join(" "), command]];
  return command.commands.flatMap((one) => commandsOf(one, [...words, one.name()]));
}

const commands = commandsOf(createProgram(() => () => Promise.resolve())).filter(
  ([name]) => name !== "__complete",
);

/** Commands that read only, or that change no environment. Every other one is a program's business, too. */
const readOnly = [
  ...["status", "logs", "doctor", "check", "kubeconfig", "env", "diff", "dig", "curl", "preview"],
  ...[
    "region list",
    "topic list",
    "topic describe",
    "flag list",
    "flag show",
    "bench",
    "soak",
    "completion",
  ],
];

describe("The table of commands", () => {
  it("has --json for every command that changes an environment", () => {
    const without = commands
      .filter(([, { options }]) => !options.some(({ long }) => long === "--json"))
      .map(([name]) => name);
    assert.deepEqual(
      without.filter((name) => !readOnly.includes(name)),
      [],
    );
    assert.deepEqual(
      readOnly.filter((name) => !commands.some(([known]) => known === name)),
      [],
    );
  });
});

/** Values that name or describe something; whether it exists depends on the environment. */
const names: Readonly<Record<string, readonly string[]>> = {
  "--environment": [],
  "--region": [],
  "--break-glass": [],
  "--release": [],
  "--commit": [],
  "--from": [],
  "--to": ["diff", "hub move", "rollback"],
  environment: [],
  region: [],
  topic: [],
  component: [],
  app: [],
  name: [],
};

/** Values of a form of their own: command, value, a command line with a wrong one, and what the message says. */
const wrong: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  ...["-1", "101", "1.5", "", "all", "1e1", " 5", "0x5"].map(
    (to) => ["drain", "--to", ["a", `--to=${to}`], /^--to is .*: give a whole number/] as const,
  ),
  ...["-1", "86401", "soon"].map(
    (over) => ["drain", "--over", ["a", `--over=${over}`], /^--over is .*86400/] as const,
  ),
  ["curl", "--count", ["a", "-n", "0"], /^--count is 0: give a whole number from 1/],
  ["curl", "target", ["http://"], /is no URL: give an app/],
  ["curl", "target", ["a b"], /is no URL: give an app/],
  ["logs", "--tail", ["a", "-n", "some"], /^--tail is some: give a whole number/],
  ["logs", "--lines", ["a", "--lines", "1e3"], /^--tail is 1e3: give a whole number/],
  ["logs", "--since", ["a", "--since", "noon"], /^--since is noon: give a duration/],
  ["diff", "--max-length", ["a", "--max-length", "9"], /^--max-length is 9: give .* from 2000/],
  ...["101", "-1", "1e1", "", "half"].map(
    (to) => ["flag set", "to", ["a", "--", to], /is none of these: a percentage/] as const,
  ),
  ["flag set", "to", ["a", "default"], /default is for a region: add --region/],
  ...["", "-a", "a b", "ä", "a/b", "x".repeat(101)].flatMap((key) =>
    ["show", "set", "retire", "create"].map(
      (one) =>
        [
          `flag ${one}`,
          "flag",
          ["--", key, ...(one === "set" ? ["5"] : [])],
          /is no key of a flag/,
        ] as const,
    ),
  ),
  ["remove", "--data", ["cart", "--data", "shop"], /--data is shop and the app is cart/],
  ["promote", "--version", ["--version", "1.2"], /1\.2 is no release's tag/],
  ["bench", "--runs", ["--runs", "0"], /^--runs is 0: give a whole number from 1/],
  ["bench", "names", ["nothing"], /no benchmark nothing/],
  ["soak", "--seed", ["--seed", "x"], /^--seed is x/],
  ["soak", "--rounds", ["--rounds", "0"], /^--rounds is 0/],
  ["soak", "--copies", ["--copies", "-1"], /^--copies is -1/],
  ["completion", "shell", ["sh"], /Allowed choices are bash, zsh, fish/],
];

describe("Wrong usage of a command", () => {
  it("is listed here for every value that a command takes, unless it is a name", () => {
    for (const [name, { options, registeredArguments }] of commands)
      for (const value of [
        ...options.filter(({ required, optional }) => required || optional).map(({ long }) => long),
        ...registeredArguments.map((argument) => argument.name()),
      ]) {
        const of = names[value ?? ""];
        const isName = of !== undefined && (of.length === 0 || of.includes(name));
        const isListed = wrong.some(([command, what]) => command === name && what === value);
        assert.ok(isName !== isListed, `${name} ${value}`);
      }
  });

  for (const [command, value, args, message] of wrong)
    it(`is refused before anything else: ${command} ${args.join(" ")} (${value})`, async () => {
      const program = createProgram((action) => async () => {
        await action(contextOf(AbortSignal.abort()));
      });
      const silent = { writeErr: () => undefined };
      program.configureOutput(silent);
      for (const [, one] of commandsOf(program)) one.configureOutput(silent);
      const line = ["node", "meridian", ...command.split(" "), ...args];
      await assert.rejects(
        printed(() => program.parseAsync(line)),
        (error: Error) => {
          assert.ok(error instanceof UsageError || error instanceof CommanderError, error.stack);
          assert.match(error.message, message);
          return true;
        },
      );
    });
});
