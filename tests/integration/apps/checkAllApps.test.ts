import assert from "node:assert/strict";
import { appendFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { checkAllApps, checkTools } from "../../../operations/apps/checkAll";
import { environmentNames, environmentsFolder } from "../../../infra/config";
import { ensureTools } from "../../../toolchain";
import { makeFolder } from "../../support/folder";

describe("the check of all apps", function () {
  this.timeout(60_000);
  let folder: ReturnType<typeof makeFolder>;

  before(async function () {
    this.timeout(600_000);
    await ensureTools(checkTools, () => undefined);
  });
  beforeEach(async () => {
    folder = makeFolder();
    for (const name of ["apps", "environments"])
      await cp(join(repositoryRoot, name), join(folder.dir, name), { recursive: true });
  });
  afterEach(() => folder.remove());

  const edit = async (file: string, from: string, to: string) => {
    const full = join(folder.dir, "apps", file);
    const text = await readFile(full, "utf8");
    assert.ok(text.includes(from), `${file} has no "${from}"`);
    await writeFile(full, text.replace(from, to));
  };

  it("finds nothing in the repository's own, and sees all of it", async () => {
    const { folders, objects, diagnostics } = await checkAllApps(repositoryRoot);
    assert.deepEqual(diagnostics, []);
    const environments = environmentNames(environmentsFolder(repositoryRoot));
    assert.deepEqual(environments, ["local", "production", "staging"]);
    // Each app in each environment, and bootstrap.
    assert.equal(folders % environments.length, 1);
    assert.ok(objects > 8 * folders);
  });

  it("tells mistakes of every overlay, of bootstrap and of broken builds in one report", async () => {
    await edit("catalog/overlays/production/resources.yaml", "limits", "limit");
    await edit("bootstrap/project.yaml", "description:", "descriptoin:");
    await edit("orders/overlays/staging/kustomization.yaml", "../../base", "../../bsae");
    await mkdir(join(folder.dir, "apps/storefront/overlays/stagign"));
    const flags = join(folder.dir, "environments/flags.staging.json");
    const text = await readFile(flags, "utf8");
    await writeFile(flags, text.replace('"salt": "orders"', '"salt": ""'));
    const { diagnostics } = await checkAllApps(folder.dir);
    const paths = diagnostics.map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path) => !path.includes("limits")),
      [
        "apps/storefront/overlays/stagign",
        "apps/orders/overlays/staging",
        "environments/flags.staging.json: flags.orders.salt",
        "apps/catalog/overlays/production: Rollout/catalog " +
          "spec.template.spec.containers[0].resources.limit",
        "apps/bootstrap: AppProject/shop spec.descriptoin",
      ],
    );
    assert.ok(!JSON.stringify(diagnostics).includes(folder.dir));
  });

  it("asks the file for flags only where gates read it", async () => {
    const transformers = "transformers:\n  - ../../../_platform/rollout\n";
    for (const environment of ["production", "staging"]) {
      const overlay = join(folder.dir, `apps/catalog/overlays/${environment}/kustomization.yaml`);
      const gated = (await readFile(overlay, "utf8")).includes("_platform/rollout");
      if (!gated) await appendFile(overlay, transformers);
      await rm(join(folder.dir, `environments/flags.${environment}.json`), { force: true });
    }
    const missing = async () => {
      const { diagnostics } = await checkAllApps(folder.dir);
      return diagnostics.filter(({ value }) => value === "(missing)").map(({ path }) => path);
    };
    assert.deepEqual(await missing(), ["environments/flags.staging.json: (file)"]);
    const configuration = join(folder.dir, "environments/Pulumi.production.yaml");
    const text = await readFile(configuration, "utf8");
    await writeFile(configuration, text.replace(/^ *meridian:flags:.*\n/m, ""));
    assert.deepEqual(await missing(), [
      "environments/flags.production.json: (file)",
      "environments/flags.staging.json: (file)",
    ]);
  });

  it("tells a bootstrap that does not build", async () => {
    await edit("bootstrap/kustomization.yaml", "project.yaml", "absent.yaml");
    const { diagnostics } = await checkAllApps(folder.dir);
    assert.deepEqual(
      diagnostics.map(({ path }) => path),
      ["apps/bootstrap"],
    );
  });
});
