import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { AppsChecker, checkTools } from "../../../operations/apps/checkAll";
import { ensureTools } from "../../../toolchain";
import { makeFolder } from "../../support/folder";
import { judgeCases, type JudgeCase } from "./judgeCases";

const app = "apps/storefront";

describe("The check of an app by an API server", function () {
  this.timeout(120_000);
  let folder: ReturnType<typeof makeFolder>;
  let checker: AppsChecker;

  before(async function () {
    this.timeout(600_000);
    await ensureTools(checkTools, () => undefined);
    folder = makeFolder();
    mkdirSync(join(folder.dir, "environments"));
    for (const part of [
      ...["_platform", "bootstrap", "storefront"].map((name) => `apps/${name}`),
      ...["Pulumi.local.yaml", "flags.local.json"].map((name) => `environments/${name}`),
    ])
      cpSync(join(repositoryRoot, part), join(folder.dir, part), { recursive: true });
    for (const overlay of ["production", "staging"])
      rmSync(join(folder.dir, app, "overlays", overlay), { recursive: true });
    checker = AppsChecker.start();
  });
  after(async () => {
    await checker.stop();
    folder.remove();
  });

  /** Adds the patch to the storefront's base, after its own. */
  function write({ pod }: JudgeCase): void {
    const own = readFileSync(join(repositoryRoot, app, "base/kustomization.yaml"), "utf8");
    const { patches, ...rest } = parse(own) as { readonly patches: readonly object[] };
    const patch = { path: "case.yaml", target: { kind: "Deployment" } };
    const object = {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "storefront" } },
      spec: { template: { spec: parse(pod) as object } },
    };
    writeFileSync(join(folder.dir, app, "base/case.yaml"), stringify(object));
    writeFileSync(
      join(folder.dir, app, "base/kustomization.yaml"),
      stringify({ ...rest, patches: [...patches, patch] }),
    );
  }

  for (const one of judgeCases) {
    const verb = one.diagnostics.length === 0 ? "accepts" : "refuses";
    it(`${verb} ${one.title}`, async () => {
      write(one);
      const { diagnostics } = await checker.check(folder.dir);
      const place = `${app}/overlays/local: Rollout/storefront `;
      assert.deepEqual(
        diagnostics.map(({ path }) => path),
        one.diagnostics.map(([field]) => place + field),
      );
      for (const [index, [, value, expected]] of one.diagnostics.entries()) {
        const found = diagnostics[index];
        assert.match(found?.value ?? "", value);
        assert.match(found?.expected ?? "", expected);
        assert.notEqual(found?.remedy, "");
      }
    });
  }
});
