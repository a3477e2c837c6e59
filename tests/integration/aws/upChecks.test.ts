import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { readEnvironmentFile } from "../../../infra/config";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { createFlag } from "../../../infra/components/rollouts/flagEdits";
import { formatFlagFile } from "../../../infra/components/rollouts/flagFile";
import { awsEnvironment } from "../../../operations/aws/session";
import { checkFlags, flagTools } from "../../../cli/aws/checks";
import { awsTools } from "../../../cli/aws/tools";
import { preview, up } from "../../../cli/aws/up";
import { isExpected } from "../../../operations/errors";
import { ensureTools } from "../../../toolchain";
import { makeFolder } from "../../support/folder";
import { printed } from "../../support/printed";
import { setVariables } from "../../support/variables";
import { contextOf } from "../../support/context";

describe("what up on AWS checks before it touches anything", function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof makeFolder>;
  let back: () => void;
  const within = (...names: string[]) => path.join(folder.dir, ...names);
  const writeFlags = (environment: string, flags: object) =>
    fs.writeFileSync(
      within("environments", `flags.${environment}.json`),
      formatFlagFile({ flags }),
    );
  const broken = { catalog: { ...createFlag("catalog"), on: "yes" } };
  const refused = async (act: () => Promise<unknown>, message: RegExp) =>
    assert.rejects(printed(act), (error) => {
      assert.ok(isExpected(error));
      assert.match(error.message, message);
      return true;
    });

  before(async function () {
    this.timeout(600_000);
    await ensureTools([...awsTools, "kustomize"], () => undefined);
  });
  beforeEach(() => {
    folder = makeFolder();
    fs.mkdirSync(within("environments"));
    fs.mkdirSync(within("state"));
    for (const name of ["staging", "production"])
      fs.copyFileSync(
        path.join(repositoryRoot, "environments", `Pulumi.${name}.yaml`),
        within("environments", `Pulumi.${name}.yaml`),
      );
    back = setVariables({
      MERIDIAN_ENVIRONMENTS: within("environments"),
      MERIDIAN_HOME: within("home"),
      MERIDIAN_BACKEND_URL: `file://${within("state")}`,
    });
  });
  afterEach(() => {
    back();
    folder.remove();
  });

  it("is the flag file, whose mistakes end up and preview", async () => {
    writeFlags("staging", broken);
    const context = contextOf();
    const options = { yes: true, unlock: true, run: {} };
    const told =
      /^environments has 1 mistake\. Nothing was changed\.\n\n +line \d+: environments\/flags\.staging\.json: flags\.catalog\.on\n +found +"yes"\n +expected .*\n +remedy /;
    await refused(() => up("staging", options, context, (question) => question()), told);
    await refused(() => preview("staging", { verbose: false }, context), told);
    assert.deepEqual(fs.readdirSync(within("state")), []);
    assert.ok(!fs.existsSync(within("home")));
  });

  describe("of an app that goes by a flag", () => {
    const check = (name: string) => {
      const environments = within("environments");
      const file = path.join(environments, `Pulumi.${name}.yaml`);
      const environment = awsEnvironment(readEnvironmentFile(file, name), "up");
      return printed(() => checkFlags(environment, environments, within("apps")));
    };
    beforeEach(() => {
      fs.cpSync(path.join(repositoryRoot, "apps"), within("apps"), { recursive: true });
      for (const name of ["staging", "production"]) {
        const file = within("apps/catalog/overlays", name, "kustomization.yaml");
        const gated = fs.readFileSync(file, "utf8").includes("_platform/rollout");
        if (!gated) fs.appendFileSync(file, "transformers:\n  - ../../../_platform/rollout\n");
      }
    });

    it("is that the file has the flag", async () => {
      writeFlags("staging", { orders: createFlag("orders") });
      await refused(
        () => check("staging"),
        /flags\.staging\.json: flags\.catalog\n +found +\(missing\)[^]*flag create catalog -e staging/,
      );
      const names = fs.readdirSync(path.join(repositoryRoot, "apps"));
      writeFlags("staging", Object.fromEntries(names.map((key) => [key, createFlag(key)])));
      assert.match(await check("staging"), /Flags: valid/);
    });

    it("is nothing where flags are in LaunchDarkly", async () => {
      writeFlags("production", broken);
      assert.equal(await check("production"), "");
    });
  });

  it("needs kustomize only for flags in a file", () => {
    const tools = (name: string) =>
      flagTools(
        awsEnvironment(
          readEnvironmentFile(within("environments", `Pulumi.${name}.yaml`), name),
          "up",
        ),
      );
    assert.deepEqual([tools("staging"), tools("production")], [["kustomize"], []]);
  });
});
