import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { readEnvironmentFile } from "../../../infra/config";
import { repositoryRoot } from "../../../infra/providers/local/instance";

/** The YAML block of a section of the README. */
function exampleOf(section: string): string {
  const text = readFileSync(join(repositoryRoot, "README.md"), "utf8");
  const [, after] = text.split(`\n## ${section}\n`);
  return /```yaml\n([^]*?)```/.exec(after ?? "")?.[1] ?? assert.fail(`no example in ${section}`);
}

describe("The README's example of a new region", () => {
  it("is the list of the local environment and one entry more, so that a copy of it removes no region", () => {
    const file = join(repositoryRoot, "environments", "Pulumi.local.yaml");
    const own = parseDocument(readFileSync(file, "utf8"));
    const example = parse(exampleOf("Add a region")) as { config: Record<string, unknown[]> };
    const regions = example.config["meridian:regions"] ?? [];
    assert.deepEqual(
      regions.slice(0, -1),
      (own.toJS() as typeof example).config["meridian:regions"],
    );
    own.setIn(["config", "meridian:regions"], regions);
    const folder = mkdtempSync(join(tmpdir(), "meridian-readme-"));
    try {
      const copy = join(folder, "Pulumi.local.yaml");
      writeFileSync(copy, own.toString());
      assert.equal(readEnvironmentFile(copy, "local").regions.length, regions.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
