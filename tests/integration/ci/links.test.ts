import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";

/** Targets of a text's links to files, without those on the web. */
function linksOf(text: string): string[] {
  const found = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
  return found.filter((target) => !/^[a-z]+:/.test(target));
}

describe("the pages", () => {
  it("have links to files that are there", () => {
    const list = execFileSync("git", ["ls-files", "*.md"], {
      cwd: repositoryRoot,
      encoding: "utf8",
    });
    const pages = list.trim().split("\n");
    assert.ok(pages.length > 30);
    const broken = pages.flatMap((page) =>
      linksOf(fs.readFileSync(path.join(repositoryRoot, page), "utf8"))
        .filter((target) => !fs.existsSync(path.join(repositoryRoot, path.dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it("have links that are found in their text", () => {
    assert.deepEqual(linksOf("[a](b.md#c) [d](https://e.test) [f](g/h.md)"), ["b.md", "g/h.md"]);
  });
});
