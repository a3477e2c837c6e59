import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Argument, Command } from "commander";
import { candidates } from "../../../cli/completion/candidates";
import { knownValues } from "../../../cli/completion/values";
import { createProgram } from "../../../cli/program";
import { appFolders } from "../../../infra/config";
import { instanceOf, repositoryRoot } from "../../../infra/providers/local/instance";
import { makeFolder } from "../../support/folder";
import { setVariables } from "../../support/variables";

const program = createProgram(() => () => Promise.resolve());
const environments = ["local", "moon"];
const local = ["eu-west-1", "us-east-1"];
const moon = ["mare-1"];
const flags = ["catalog", "checkout"];
const apps = appFolders(path.join(repositoryRoot, "apps"));
const nothing: readonly string[] = [];

const regionsOf = (names: readonly string[]) =>
  `config:\n  meridian:regions: [${names.map((name) => `{ name: ${name} }`).join(", ")}]\n`;

/** A line up to the cursor, and what may stand there. */
const table: Readonly<Record<string, readonly string[]>> = {
  "flag s": ["show", "set"],
  "hub ": ["move", "help"],
  "help dr": ["drain"],
  "flag help re": ["retire"],
  "completion ": ["bash", "zsh", "fish"],
  nosuch: nothing,
  "nosuch ": ["--version", "--help"],

  "up --b": ["--break-glass"],
  "doctor -": ["--json", "--help"],
  "doctor --json --": ["--help"],
  "rollback --push --no-p": nothing,
  "dig -e": ["-e"],
  "doctor ": ["--json", "--help"],
  "up -- --": nothing,
  "up --release ": nothing,
  "up --release v1.0.0 l": ["local"],
  "up --nosuch l": ["local"],

  "up ": environments,
  "up l": ["local"],
  "bootstrap ": environments,
  "flag list -e ": environments,
  "flag list --environment=": environments.map((name) => `--environment=${name}`),
  "flag list -em": ["-emoon"],
  "env local ": ["--help"],

  "drain ": local,
  "drain us": ["us-east-1"],
  "drain -e moon ": moon,
  "drain -emoon ": moon,
  "drain --environment=moon ": moon,
  "dig catalog --from ": local,
  "dig catalog --from=eu": ["--from=eu-west-1"],
  "dig catalog -e moon --from ": moon,
  "hub move moon --to ": moon,
  "flag set catalog 5 --region ": local,
  "flag set catalog 5 -e nowhere --region ": nothing,
  "forget moon m": nothing,

  "curl ": apps,
  "dig ": apps,
  "remove ": apps,
  "remove catalog --yes --data ": apps,

  "flag show ": flags,
  "flag retire ch": ["checkout"],
  "flag set ": flags,
  "flag set catalog ": ["on", "off", "default"],
  // Without a file the keys are elsewhere: by default they are the apps' names.
  "flag show -e moon ": apps,
  "flag create ": apps.filter((app) => !flags.includes(app)),

  "logs ": ["dns", "supervisor", "eu-west-1/kube-apiserver"],
  "logs eu": ["eu-west-1/kube-apiserver"],
  "logs -e moon d": nothing,
};

describe("Completion", () => {
  let folder: ReturnType<typeof makeFolder>;
  let back: () => void;
  before(() => {
    folder = makeFolder();
    back = setVariables({ MERIDIAN_HOME: folder.dir, MERIDIAN_ENVIRONMENTS: folder.dir });
    write("Pulumi.local.yaml", regionsOf(local));
    write("Pulumi.moon.yaml", regionsOf(moon));
    write(
      "flags.local.json",
      JSON.stringify({ flags: Object.fromEntries(flags.map((key) => [key, {}])) }),
    );
    const { logsDir, clustersDir } = instanceOf("local", folder.dir);
    for (const name of ["dns", "supervisor"]) write(path.join(logsDir, `${name}.log`), "");
    write(path.join(clustersDir, "clusters/eu-west-1/logs/kube-apiserver.log"), "");
  });
  after(() => {
    back();
    folder.remove();
  });

  const write = (name: string, text: string) => {
    const file = path.resolve(folder.dir, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  };
  const completed = (line: string, of = program) =>
    candidates(of, line.split(" "), knownValues).map(({ value }) => value);

  for (const [line, expected] of Object.entries(table))
    it(`meridian ${line}▏ ${expected.join(" ")}`, () =>
      assert.deepEqual(completed(line), expected));

  it("offers every command with its description, and no hidden one", () => {
    const found = candidates(program, [""], knownValues);
    const shown = program.createHelp().visibleCommands(program);
    assert.deepEqual(
      found,
      shown.map((command) => ({ value: command.name(), description: command.description() })),
    );
    assert.ok(found.some(({ value }) => value === "completion"));
    assert.deepEqual(completed("__"), []);
    assert.deepEqual(candidates(program, [], knownValues), found);
  });

  it("knows a new command, its choices and its options without being told", () => {
    const fresh = new Command("meridian");
    fresh
      .command("orbit")
      .addArgument(new Argument("<how>").choices(["low", "high"]))
      .argument("[regions...]")
      .option("--around <region>", "centre")
      .option("--with <app...>", "passengers");
    assert.deepEqual(completed("o", fresh), ["orbit"]);
    assert.deepEqual(completed("orbit ", fresh), ["low", "high"]);
    assert.deepEqual(completed("orbit --around ", fresh), local);
    assert.deepEqual(completed("orbit --with catalog --", fresh), ["--around", "--with", "--help"]);
  });

  for (const [what, file, text] of [
    ["is no YAML", "Pulumi.local.yaml", "config: ["],
    ["has no regions", "Pulumi.local.yaml", "config: {}"],
    ["is no map", "Pulumi.local.yaml", "7"],
    [
      "has regions without names",
      "Pulumi.local.yaml",
      "config:\n  meridian:regions: [1, { name: 2 }]\n",
    ],
    ["is no JSON", "flags.local.json", "{"],
    ["has no flags", "flags.local.json", "null"],
  ] as const)
    it(`offers nothing of a file that ${what}`, () => {
      const before = fs.readFileSync(path.join(folder.dir, file), "utf8");
      write(file, text);
      try {
        assert.deepEqual(completed(file.startsWith("flags") ? "flag show c" : "drain eu"), []);
      } finally {
        write(file, before);
      }
    });

  it("offers no value that a shell would have to quote", () => {
    write("Pulumi.$(id).yaml", "");
    assert.deepEqual(completed("up "), environments);
  });
});
