import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { versionText } from "../../../cli/version";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { runMeridian } from "../../support/commandLine";
import { makeFolder } from "../../support/folder";
import { ScratchRepository } from "../../support/scratchRepository";
import { setVariables } from "../../support/variables";

const files = { "package.json": '{ "name": "meridian", "version": "1.2.3" }' };

describe("The version", () => {
  it("is that of package.json, with the commit of the clone", () => {
    const clone = new ScratchRepository();
    try {
      clone.write(files);
      assert.equal(versionText(clone.dir), "1.2.3");
      const first = clone.commit("first");
      assert.equal(versionText(clone.dir), `1.2.3 (${first.slice(0, 7)})`);
      const worktree = clone.beside("worktree");
      clone.git("worktree", "add", "--quiet", worktree);
      const second = clone.commit("second");
      assert.equal(versionText(worktree), `1.2.3 (${first.slice(0, 7)})`);
      assert.equal(versionText(clone.dir), `1.2.3 (${second.slice(0, 7)})`);
    } finally {
      clone.remove();
    }
  });

  it("has no commit of another clone: not of one around it, nor of a hook's", () => {
    const around = new ScratchRepository();
    const folder = makeFolder();
    const { dir } = folder;
    try {
      const commit = around.commit("first", {
        ...files,
        "inner/package.json": files["package.json"],
      });
      assert.equal(versionText(path.join(around.dir, "inner")), "1.2.3");
      fs.writeFileSync(path.join(dir, "package.json"), files["package.json"]);
      const back = setVariables({ GIT_DIR: path.join(dir, "nowhere") });
      try {
        assert.equal(versionText(around.dir), `1.2.3 (${commit.slice(0, 7)})`);
        process.env["GIT_DIR"] = path.join(around.dir, ".git");
        assert.equal(versionText(dir), "1.2.3");
      } finally {
        back();
      }
    } finally {
      around.remove();
      folder.remove();
    }
  });

  it("is all that --version prints, and no library but commander is loaded for it", () => {
    assert.deepEqual(runMeridian("--version"), {
      code: 0,
      stdout: `${versionText(repositoryRoot)}\n`,
      libraries: ["commander"],
    });
  });
});
