import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  instanceOf,
  prepareInstance,
  repositoryRoot,
} from "../../../infra/providers/local/instance";
import { openInstance, runningInstance } from "../../../cli/environment";
import { configFile, environmentFor } from "../../../operations/environmentFiles";
import { CommandError } from "../../../operations/errors";
import { makeFolder } from "../../support/folder";
import { setVariables } from "../../support/variables";

const config = (region: string) =>
  `config:\n  meridian:provider: local\n  meridian:regions:\n    - name: ${region}\n`;

describe("An environment on the command line", () => {
  let folder: ReturnType<typeof makeFolder>;
  let back: () => void;
  beforeEach(() => {
    folder = makeFolder();
    back = setVariables({ MERIDIAN_HOME: folder.dir, MERIDIAN_ENVIRONMENTS: undefined });
  });
  afterEach(() => {
    back();
    folder.remove();
  });

  it("is configured in the clone, or where MERIDIAN_ENVIRONMENTS says", () => {
    assert.equal(configFile("a"), path.join(repositoryRoot, "environments", "Pulumi.a.yaml"));
    process.env["MERIDIAN_ENVIRONMENTS"] = "/elsewhere";
    assert.equal(configFile("a"), "/elsewhere/Pulumi.a.yaml");
  });

  it("lives in the clone, or where MERIDIAN_HOME says; opening it creates nothing", () => {
    assert.deepEqual(openInstance("test"), instanceOf("test", folder.dir));
    assert.deepEqual(fs.readdirSync(folder.dir), []);
    delete process.env["MERIDIAN_HOME"];
    assert.equal(openInstance("test").dir, path.join(repositoryRoot, ".meridian", "test"));
  });

  it("that is not up is said to be so, with the command that brings it up", () => {
    assert.throws(
      () => runningInstance("test"),
      new CommandError("The environment test is not up here. `npx meridian up test` brings it up."),
    );
  });

  it("is checked with the release that a run approves, before anything is touched", () => {
    process.env["MERIDIAN_ENVIRONMENTS"] = folder.dir;
    fs.writeFileSync(configFile("test"), config("eu-west-1"));
    assert.equal(environmentFor("test", {}).delivery.release, undefined);
    assert.throws(() => environmentFor("test", { release: "v1.0.0" }), /without approval/);
    const track = '  meridian:delivery: { track: { tags: "*" } }\n';
    fs.appendFileSync(configFile("test"), track);
    assert.throws(() => environmentFor("test", { release: "v999.0.1" }), /git fetch --tags/);
    assert.deepEqual(fs.readdirSync(folder.dir), ["Pulumi.test.yaml"]);
  });

  it("that is up has the configuration with which it was brought up", () => {
    process.env["MERIDIAN_ENVIRONMENTS"] = path.join(folder.dir, "environments");
    fs.mkdirSync(path.join(folder.dir, "environments"));
    fs.writeFileSync(configFile("test"), config("us-east-1"));
    const wanted = instanceOf("test", folder.dir);
    prepareInstance(wanted);
    fs.writeFileSync(wanted.stackConfigFile, `encryptionsalt: v1:salt\n${config("eu-west-1")}`);
    const { instance, configuration } = runningInstance("test");
    assert.deepEqual(instance, wanted);
    assert.equal(configuration.name, "test");
    assert.deepEqual(
      configuration.regions.map(({ name }) => name),
      ["eu-west-1"],
    );
  });
});
