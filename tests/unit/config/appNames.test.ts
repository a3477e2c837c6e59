import assert from "node:assert/strict";
import * as fs from "node:fs";
import { appFolders, appNames } from "../../../infra/config/appNames";
import { makeFolder } from "../../support/folder";

describe("The apps of an environment", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());

  it("are those with an overlay of it, shared parts aside", () => {
    const make = (name: string) => fs.mkdirSync(`${folder.dir}/apps/${name}`, { recursive: true });
    assert.deepEqual(appNames(folder.dir, "test"), []);
    for (const name of ["shop", "blog", "_platform"]) make(`${name}/overlays/test`);
    make("elsewhere/overlays/production");
    make("bootstrap");
    fs.writeFileSync(`${folder.dir}/apps/README.md`, "");
    assert.deepEqual(appNames(folder.dir, "test"), ["blog", "shop"]);
  });

  it("are folders, whatever environments they are for; what Argo CD starts from is none", () => {
    assert.deepEqual(appFolders(`${folder.dir}/apps`), []);
    for (const name of ["shop", "blog", "bootstrap", "_platform", ".hidden"]) {
      fs.mkdirSync(`${folder.dir}/apps/${name}`, { recursive: true });
    }
    fs.writeFileSync(`${folder.dir}/apps/README.md`, "");
    assert.deepEqual(appFolders(`${folder.dir}/apps`), ["blog", "shop"]);
  });
});
