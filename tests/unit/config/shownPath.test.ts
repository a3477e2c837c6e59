import * as assert from "node:assert/strict";
import * as path from "node:path";
import { readEnvironmentFile } from "../../../infra/config";
import { ConfigurationError, formatDiagnostics } from "../../../infra/config/report";
import { shownPath, withShownPaths } from "../../../infra/config/shownPath";

const clone = "/home/kim/projects/meridian";

describe("A path as a person would type it", () => {
  for (const [what, file, from, expected] of [
    ["below the working directory", `${clone}/environments/a.yaml`, clone, "environments/a.yaml"],
    ["beside it", `${clone}/environments/a.yaml`, `${clone}/apps`, "../environments/a.yaml"],
    ["the working directory", clone, clone, "."],
    ["far from it: absolute is shorter", "/etc/a.yaml", clone, "/etc/a.yaml"],
    ["relative already", "environments/a.yaml", "/etc", "environments/a.yaml"],
    ["no path", "the account", "/etc", "the account"],
    ["a name that begins with dots", `${clone}/..a.yaml`, clone, "..a.yaml"],
  ] as const)
    it(`is short: ${what}`, () => assert.equal(shownPath(file, from), expected));

  for (const [what, text, expected] of [
    ["a path", `open ${clone}/a/b.yaml: no`, "open a/b.yaml: no"],
    ["two, in quotes", `'${clone}/a' and "${clone}/b"`, "'a' and \"b\""],
    ["a URL", `file://${clone}/a`, `file://${clone}/a`],
    ["a folder that ends in the same name", `/mnt${clone}/a`, `/mnt${clone}/a`],
    ["a folder beside it", `${clone}-2/a`, `${clone}-2/a`],
    ["the working directory itself", `in ${clone}/ or ${clone}`, `in ${clone}/ or ${clone}`],
  ] as const)
    it(`replaces in a text ${what}`, () => assert.equal(withShownPaths(text, clone), expected));

  it("leaves a text as it is in the root directory", () =>
    assert.equal(withShownPaths("/a /b/c", "/"), "/a /b/c"));
});

describe("A report of mistakes", () => {
  const file = path.join(process.cwd(), "environments/Pulumi.nowhere.yaml");

  it("begins with the file's path, relative to the working directory", () =>
    assert.match(
      formatDiagnostics([], file),
      /^environments\/Pulumi\.nowhere\.yaml has 0 mistakes\./,
    ));

  it("says which file is missing, relative to the working directory", () =>
    assert.throws(
      () => readEnvironmentFile(file, "nowhere"),
      (error: Error) => {
        assert.ok(error instanceof ConfigurationError);
        assert.equal(error.diagnostics[0]?.remedy, "Create environments/Pulumi.nowhere.yaml.");
        assert.ok(!error.message.includes(process.cwd()), error.message);
        return true;
      },
    ));
});
