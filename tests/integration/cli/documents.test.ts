import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { canAsk } from "../../../cli/confirm";
import { readWeights } from "../../../infra/components/dns/handlers/powerdnsServer";
import { drainSchema } from "../../../cli/documents/regionSchemas";
import {
  destroySchema,
  failureSchema,
  releaseSchema,
  revertSchema,
} from "../../../cli/documents/schemas";
import { failDocument, finishDocument, startDocument } from "../../../cli/documents/output";
import {
  type Instance,
  instanceOf,
  prepareInstance,
  repositoryRoot,
} from "../../../infra/providers/local/instance";
import { meridianFile } from "../../support/commandLine";
import { makeFolder } from "../../support/folder";
import { printed } from "../../support/printed";
import { ReleaseWorld, type Said } from "../../support/releaseWorld";
import { until } from "../../support/until";

const regions = ["eu-west-1", "us-east-1"];

describe("A command with --json", function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof makeFolder>;
  let instance: Instance;
  let children: ChildProcess[];
  beforeEach(() => {
    folder = makeFolder();
    instance = instanceOf("test", folder.dir);
    children = [];
  });
  afterEach(() => {
    children.forEach((child) => child.kill("SIGKILL"));
    folder.remove();
  });

  /** An environment that has been brought up: its configuration and ports, without processes. */
  const bringUp = () => {
    prepareInstance(instance);
    const rows = regions.map((name, i) => `    - {name: ${name}, cidr: 10.${211 + i}.0.0/16}\n`);
    fs.writeFileSync(
      instance.stackConfigFile,
      `config:\n  meridian:provider: local\n  meridian:regions:\n${rows.join("")}`,
    );
    const ports = { "gateway/http": 8080, "dns/dns": 5300 };
    fs.writeFileSync(instance.portsFile, JSON.stringify(ports));
  };

  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [meridianFile, ...args], {
      cwd: repositoryRoot,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, MERIDIAN_HOME: folder.dir, MERIDIAN_ENVIRONMENTS: folder.dir },
    });
    children.push(child);
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (text) => (output.stdout += String(text)));
    child.stderr.on("data", (text) => (output.stderr += String(text)));
    const ended = once(child, "close").then(([code]) => code as number);
    return { child, output, ended };
  };

  /** Runs a command to its end. @returns its code, and the only document on standard output. */
  const run = async (...args: string[]) => {
    const { output, ended } = start(...args);
    const code = await ended;
    return { code, document: JSON.parse(output.stdout) as unknown, stderr: output.stderr };
  };

  it("reports every mistake in a configuration, with path, value, expectation and remedy", async () => {
    fs.writeFileSync(
      path.join(folder.dir, "Pulumi.test.yaml"),
      "config:\n  meridian:provider: local\n  meridian:regoins: []\n  meridian:regions: [{name: eu-west-1, weight: -1}]\n",
    );
    for (const command of ["up", "preview"]) {
      const { code, document, stderr } = await run(command, "test", "--json");
      const { error, diagnostics, ...rest } = failureSchema.parse(document);
      assert.equal(code, 1);
      assert.equal(error.kind, "invalid");
      assert.deepEqual(rest, { ok: false, command, environment: "test" });
      const paths = diagnostics.map((one) => one.path);
      assert.deepEqual(paths.sort(), ["meridian:regions[0].weight", "meridian:regoins"]);
      assert.equal(diagnostics.find((one) => one.path.endsWith("weight"))?.value, "-1");
      // A person who watches reads it, too.
      assert.match(stderr, /meridian:regoins/);
    }
  });

  it("reports a region that is drained: weights before and after, on standard output alone", async () => {
    bringUp();
    const { code, document, stderr } = await run(
      ..."drain us-east-1 --to 40 -e test --json".split(" "),
    );
    const { seconds, ...fields } = drainSchema.parse(document);
    assert.equal(code, 0);
    assert.ok(seconds < 30);
    assert.deepEqual(fields, {
      ...{ ok: true, command: "drain", environment: "test", region: "us-east-1" },
      weights: { before: 100, after: 40 },
      regions: { "eu-west-1": 100, "us-east-1": 40 },
      clientsFollowSeconds: 2,
    });
    assert.match(stderr, /us-east-1 serves 40 %/);
  });

  it("says how far an interrupted command has come", async () => {
    bringUp();
    const { child, output, ended } = start(
      ..."drain us-east-1 --over 60 -e test --json".split(" "),
    );
    const begun = () => readWeights(instance)["us-east-1"] !== undefined;
    await until("a first step is done", begun, 30_000);
    child.kill("SIGTERM");
    assert.equal(await ended, 130);
    const document = failureSchema.parse(JSON.parse(output.stdout));
    assert.equal(document.error.kind, "interrupted");
    assert.equal(document["region"], "us-east-1");
    const { before, after } = document["weights"] as { before: number; after: number };
    assert.equal(before, 100);
    assert.ok(after > 0 && after < 100, `${after}`);
  });

  for (const [what, args, kind, message] of [
    ["wrong arguments", ["drain", "--json"], "usage", /missing required argument 'region'/],
    ["an unknown option", ["up", "--json", "--fast"], "usage", /unknown option '--fast'/],
    [
      "another app after --data",
      ["remove", "cart", "--yes", "--data", "shop", "-e", "test", "--json"],
      "usage",
      /--data is shop and the app is cart/,
    ],
    ["an environment that is not up", ["status", "none", "--json"], "failed", /is not up here/],
    [
      "a region that does not exist",
      ["region", "lose", "mars", "-e", "test", "--json"],
      "failed",
      /mars is no region/,
    ],
    [
      "a number that is none",
      ["drain", "us-east-1", "--to", "x", "-e", "test", "--json"],
      "usage",
      /--to is x/,
    ],
  ] as const)
    it(`reports ${what}`, async () => {
      bringUp();
      const { code, document } = await run(...args);
      const { error } = failureSchema.parse(document);
      assert.equal(error.kind, kind);
      assert.match(error.message, message);
      assert.equal(code, kind === "usage" ? 2 : 1);
    });

  it("never asks: it needs --yes, and says so", async () => {
    bringUp();
    const refused = await run("destroy", "test", "--json");
    assert.equal(refused.code, 1);
    const { error } = failureSchema.parse(refused.document);
    assert.match(error.message, /^This removes test with all its data\. Add --yes to do it\.$/);
    assert.ok(fs.existsSync(instance.dir));
    const first = await run("destroy", "test", "--json", "--yes");
    assert.equal(destroySchema.parse(first.document).destroyed, true);
    const second = await run("destroy", "test", "--json", "--yes");
    assert.equal(destroySchema.parse(second.document).destroyed, false);
    assert.equal(second.code, 0);
  });
});

describe("The document of a release", function () {
  this.timeout(60_000);
  let world: ReleaseWorld;
  beforeEach(() => (world = new ReleaseWorld()));
  afterEach(() => world.remove());

  /** Runs a command as `--json` does, on a terminal, where a person would be asked. @returns its document. */
  const run = async (
    command: "promote" | "rollback",
    action: () => Promise<Said>,
    environment = "production",
  ) => {
    const { isTTY } = process.stdin;
    process.stdin.isTTY = true;
    try {
      const text = await printed(async () => {
        startDocument(command, environment);
        assert.equal(canAsk(), false);
        const { done, text: message } = await action();
        if (done) finishDocument();
        else failDocument(command, { error: { kind: "failed", message }, diagnostics: [] });
      });
      return JSON.parse(text) as unknown;
    } finally {
      process.stdin.isTTY = isTTY;
    }
  };

  it("has the versions before and after, and what changes", async () => {
    const planned = releaseSchema.parse(
      await run("promote", () => world.promote({ dryRun: true })),
    );
    assert.deepEqual([planned.from, planned.to.version, planned.released], [null, "v1.0.0", false]);
    assert.deepEqual(world.tags(), []);
    const first = releaseSchema.parse(await run("promote", () => world.promote()));
    assert.deepEqual([first.released, first.pushed], [true, false]);
    assert.match(first.next, /git push origin v1\.0\.0/);
    world.clone.commit("fix: two", world.app("6.9.3"));
    const second = releaseSchema.parse(await run("promote", () => world.promote()));
    assert.equal(second.from?.version, "v1.0.0");
    assert.equal(second.from.commit, first.to.commit);
    assert.equal(second.to.version, "v1.0.1");
    assert.deepEqual(
      second.commits.map(({ subject }) => subject),
      ["fix: two"],
    );
    assert.deepEqual(
      second.apps.map(({ app, what }) => [app, what]),
      [["shop", "changed"]],
    );
    const third = releaseSchema.parse(await run("rollback", () => world.rollback()));
    assert.deepEqual([third.from?.version, third.to.version], ["v1.0.1", "v1.0.2"]);
    assert.equal(third.to.commit, first.to.commit);
  });

  it("is refused without --yes, also on a terminal, and has what would be released", async () => {
    const document = failureSchema.parse(await run("promote", () => world.promote({ yes: false })));
    assert.match(document.error.message, /Confirm with --yes/);
    assert.deepEqual((document["to"] as { version: string }).version, "v1.0.0");
    assert.deepEqual(world.tags(), []);
  });

  it("has the commands for an environment that tracks a branch", async () => {
    world.clone.commit("fix: two", world.app("6.9.3"));
    const to = world.clone.git("rev-parse", "HEAD~1");
    const document = await run("rollback", () => world.rollback({ to }, "staging"), "staging");
    assert.ok(revertSchema.parse(document).commands.some((one) => one.startsWith("git ")));
  });
});
