import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { Command } from "commander";
import { defineLifecycle } from "../../../cli/commands/lifecycle";
import { defineInspect } from "../../../cli/commands/inspect";
import { defineRegions } from "../../../cli/commands/regions";
import { defineTopics } from "../../../cli/commands/topics";
import { defineTraffic } from "../../../cli/commands/traffic";
import { configFile } from "../../../operations/environmentFiles";
import type { LocalCommand } from "../../../cli/localOnly";
import { contextOf } from "../../support/context";
import { makeFolder } from "../../support/folder";
import { setVariables } from "../../support/variables";

const program = new Command();
const context = contextOf();
for (const define of [defineLifecycle, defineInspect, defineRegions, defineTopics, defineTraffic])
  define(program, (action) => async () => void (await action(context)));
const helpOf = (name: string) =>
  program.commands.find((command) => command.name() === name)?.helpInformation() ?? "";

/** Each as a person calls it for an environment named test. */
const commands: Readonly<Record<LocalCommand, readonly string[]>> = {
  status: ["test"],
  logs: ["--environment", "test"],
  env: ["test"],
  rebalance: ["test"],
  region: ["lose", "eu-west-1", "--environment", "test"],
  dig: ["shop", "--environment", "test"],
  curl: ["shop", "--environment", "test"],
  topic: ["list", "--environment", "test"],
  drain: ["eu-west-1", "--environment", "test"],
};

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

  for (const [command, args] of Object.entries(commands)) {
    it(`says so in its help, and for AWS what does the same: ${command}`, async () => {
      const call = () => program.parseAsync(["node", "meridian", command, ...args]);
      assert.match(helpOf(command), /environments\s+on\s+this\s+machine\s+only/);
      write("aws");
      await assert.rejects(call(), {
        name: "CommandError",
        message: new RegExp(`^\`meridian ${command}\` .* test is on AWS\\. There: .*\\w`),
      });
      write("local");
      await assert.rejects(call(), /test is not up here/);
    });
  }
});
