import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { Command } from "commander";
import { defineLifecycle } from "../../../tools/cli/commands/lifecycle";
import { defineQuestions } from "../../../tools/cli/commands/questions";
import { defineTraffic } from "../../../tools/cli/commands/traffic";
import { configFile } from "../../../tools/cli/environmentFiles";
import { type LocalCommand, localInstance } from "../../../tools/cli/localOnly";
import { makeFolder } from "../../support/folder";
import { setVariables } from "../../support/variables";

const program = new Command();
for (const define of [defineLifecycle, defineQuestions, defineTraffic])
  define(program, () => () => Promise.resolve());
const helpOf = (name: string) =>
  program.commands.find((command) => command.name() === name)?.helpInformation() ?? "";

const commands = ["status", "logs", "env", "rebalance", "dig", "curl", "drain"] as const;

describe("A command that reaches this machine only", () => {
  let folder: ReturnType<typeof makeFolder>;
  let back: () => void;
  beforeEach(() => {
    folder = makeFolder();
    back = setVariables({ MERIDIAN_HOME: folder.dir, MERIDIAN_ENVIRONMENTS: folder.dir });
  });
  afterEach(() => {
    back();
    folder.remove();
  });

  const write = (provider: string) =>
    fs.writeFileSync(configFile("test"), `config:\n  meridian:provider: ${provider}\n`);

  for (const command of commands) {
    it(`says so in its help, and for AWS what does the same: ${command}`, () => {
      assert.match(helpOf(command), /environments\s+on\s+this\s+machine\s+only/);
      write("aws");
      assert.throws(() => localInstance(command satisfies LocalCommand, "test"), {
        name: "CommandError",
        message: new RegExp(`^\`meridian ${command}\` .* test is on AWS\\. There: .*\\w`),
      });
      write("local");
      assert.throws(() => localInstance(command, "test"), /test is not up here/);
    });
  }
});
