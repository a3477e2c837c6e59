import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { entryPath, goModuleFolder } from "../../../toolchain/cachePaths";
import { ensureTools, platformTools, toolPath } from "../../../toolchain/index";
import { pins } from "../../../toolchain/pins";
import { executableName } from "../../../toolchain/goBuild";
import { moduleCopies, toolEdits } from "../../../toolchain/moduleCopies";
import { type GoFolder, goFolders, type Source } from "../../../toolchain/types";

const hash = /^[0-9a-f]{64}$/;

function assertChecked(source: Source): void {
  switch (source.kind) {
    case "release":
      for (const url of Object.values(source.url)) assert.match(url, /^https:\/\//);
      if (source.check.kind === "pinned")
        for (const value of Object.values(source.check.sha256)) assert.match(value, hash);
      else for (const url of Object.values(source.check.url)) assert.match(url, /^https:\/\//);
      return;
    case "rawFiles":
    case "moduleFiles":
      assert.ok(source.files.length > 0);
      for (const file of source.files) {
        assert.match(file.sha256, hash);
        assert.ok(!path.isAbsolute(file.path) && !file.path.includes(".."));
      }
      return;
    case "go": {
      const folder = goModuleFolder(source.folder);
      assert.ok(existsSync(path.join(folder, "go.sum")), `${source.folder} has no go.sum`);
      assert.ok(source.cost > 0);
      return;
    }
    case "image":
      assert.notEqual(source.reference, "latest");
      return;
    case "debian":
    case "installed":
      return;
    case "maven":
      assert.ok(source.jars.length > 0);
      for (const { sha256 } of source.jars) assert.match(sha256, hash);
      return;
    case "wheel":
      for (const value of Object.values(source.sha256)) assert.match(value, hash);
      return;
  }
}

describe("toolchain: the pin table", () => {
  it("has each tool once", () => {
    assert.equal(new Set(pins.map((pin) => pin.name)).size, pins.length);
  });

  it("asks for everything to start the platform but what only benchmarks, checks and optional components use", () => {
    const others = pins.map((pin) => pin.name).filter((name) => !platformTools.includes(name));
    const checks = [
      ...["actionlint", "zizmor", "hadolint", "kubernetes-openapi", "promtool", "circleci-schema"],
    ];
    assert.deepEqual(others, ["pulumi-language-nodejs", "dnsperf", "java", "kafka", ...checks]);
  });

  for (const pin of pins) {
    it(`${pin.name}: has a source, and every source says how it is checked`, () => {
      assert.ok(pin.sources.length > 0);
      pin.sources.forEach(assertChecked);
    });
  }

  it("can make everything without a release: from modules, the distribution, PyPI or Maven", () => {
    for (const pin of pins) {
      const offline = pin.sources.filter(({ kind }) =>
        /^(go|debian|moduleFiles|wheel|maven)$/.test(kind),
      );
      // Java's package has its major version in its name.
      assert.equal(offline.length, pin.name === "java" ? 3 : 1, pin.name);
    }
  });

  it("differs between architectures where a release does", () => {
    for (const { sources } of pins)
      for (const source of sources)
        if (source.kind === "release") assert.notEqual(source.url.amd64, source.url.arm64);
  });

  it("names what the go.mod files hold", () => {
    for (const pin of pins) {
      for (const source of pin.sources) {
        if (source.kind !== "go" || source.package.startsWith(".")) continue;
        const text = readFileSync(path.join(goModuleFolder(source.folder), "go.mod"), "utf8");
        assert.ok(text.includes(source.package), `${source.package} is no tool of its go.mod`);
      }
    }
  });

  it("takes files of modules that a go.sum pins", () => {
    for (const pin of pins) {
      for (const source of pin.sources) {
        if (source.kind !== "moduleFiles") continue;
        const folder = goModuleFolder(source.folder ?? "platform");
        const text = readFileSync(path.join(folder, "go.sum"), "utf8");
        assert.ok(text.includes(`${source.module} ${source.at} h1:`), pin.name);
      }
    }
  });

  it("copies modules that a go.sum pins, into the folders that the go.mod names", () => {
    for (const [folder, copies] of Object.entries(moduleCopies)) {
      const read = (file: string) =>
        readFileSync(path.join(goModuleFolder(folder as GoFolder), file), "utf8");
      for (const { module, version, into } of copies) {
        assert.ok(read("go.sum").includes(`${module} ${version} h1:`), module);
        assert.ok(read("go.mod").includes(`${module} => ./${into}\n`), module);
      }
    }
  });

  // The executables tell: the names of their functions have the package's path.
  it("names every tool that contains an edited package, and no other", async function () {
    this.timeout(600_000);
    for (const edit of toolEdits) {
      const copy = moduleCopies[edit.folder]?.find(({ into }) => into === edit.into);
      assert.ok(copy, edit.into);
      const built = pins.filter(({ sources }) =>
        sources.some((one) => one.kind === "go" && one.package.startsWith(copy.module)),
      );
      await ensureTools(
        built.map(({ name }) => name),
        () => undefined,
      );
      const edited = `${copy.module}/${path.dirname(edit.file)}.`;
      const containing = built.filter(({ name }) => readFileSync(toolPath(name)).includes(edited));
      assert.deepEqual(containing.map(({ name }) => name).sort(), [...edit.tools].sort());
    }
  });

  it("has an edit change the entries of its tools, and no other", () => {
    const [edit] = toolEdits;
    assert.ok(edit);
    const entries = () => pins.map((pin) => entryPath("/cache", pin));
    const before = entries();
    const { replacement } = edit;
    try {
      Object.assign(edit, { replacement: "another" });
      const after = entries();
      const changed = pins.filter((_, index) => after[index] !== before[index]);
      assert.deepEqual(changed.map(({ name }) => name).sort(), [...edit.tools].sort());
    } finally {
      Object.assign(edit, { replacement });
    }
  });

  it("gives each tool of a module an executable of its own name", () => {
    for (const folder of goFolders) {
      const names = pins
        .flatMap((pin) => pin.sources)
        .flatMap((source) => (source.kind === "go" && source.folder === folder ? [source] : []))
        .map((source) => executableName(source.package));
      assert.equal(new Set(names).size, names.length, names.join(" "));
    }
  });

  it("gives every pin an entry of its own", () => {
    const entries = pins.map((pin) => entryPath("/cache", pin));
    assert.equal(new Set(entries).size, pins.length);
  });
});
