import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { LineCounter, parseDocument } from "yaml";
import { ConfigurationError, readEnvironment, readEnvironmentFile } from "../../../infra/config";
import { syntaxDiagnostics } from "../../../infra/config/yamlSyntax";

const local = join(__dirname, "..", "..", "..", "environments", "Pulumi.local.yaml");

describe("readEnvironmentFile", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "meridian-config-"))));
  after(() => rmSync(folder, { recursive: true }));

  function refused(text: string): ConfigurationError {
    const path = join(folder, "Pulumi.test.yaml");
    writeFileSync(path, text);
    return refusal(() => readEnvironmentFile(path, "test"));
  }

  it("reads the local environment", () => {
    const environment = readEnvironmentFile(local, "local");
    assert.equal(environment.name, "local");
    assert.equal(environment.regions.length, 3);
  });

  it("takes options of the run with the file's, and reports the mistakes of both at once", () => {
    const path = join(folder, "Pulumi.test.yaml");
    const rest =
      "  meridian:regions: [{ name: eu-west-1 }]\n  meridian:delivery: { track: { tags: '*' } }\n";
    writeFileSync(path, `config:\n  meridian:provider: local\n${rest}`);
    const { delivery } = readEnvironmentFile(path, "test", {
      release: "v1.0.0",
      breakGlass: "why",
    });
    assert.deepEqual([delivery.release, delivery.breakGlass], ["v1.0.0", "why"]);
    writeFileSync(path, `config:\n  meridian:provider: lokal\n${rest}`);
    const { diagnostics } = refusal(() => readEnvironmentFile(path, "test", { release: "1.0.0" }));
    assert.deepEqual(
      diagnostics.map(({ path, line }) => [path, line]),
      [
        ["meridian:release", undefined],
        ["meridian:provider", 2],
      ],
    );
  });

  for (const [what, line, value] of [
    ["a map as a key", "  ? { a: 1 }\n  : 2\n", "a map as a key"],
    ["a list as a key", "  ? [a]\n  : 2\n", "a list as a key"],
    ["a map as a key, deeper", "  meridian:delivery: { { a: 1 }: 2 }\n", "a map as a key"],
    ["a tag that YAML does not know", "  meridian:delivery: !odd x\n", "Unresolved tag: !odd"],
  ] as const)
    it(`reports ${what} with its line, and the YAML library prints nothing`, () => {
      const warnings: unknown[] = [];
      const own = Object.getOwnPropertyDescriptor(process, "emitWarning") ?? {};
      Object.defineProperty(process, "emitWarning", {
        ...own,
        value: (warning: unknown) => warnings.push(warning),
      });
      try {
        const { diagnostics } = refused(`config:\n${line}  meridian:provider: local\n`);
        assert.deepEqual(
          diagnostics.map((one) => [one.path, one.value, one.line]),
          [["(file)", value, 2]],
        );
      } finally {
        Object.defineProperty(process, "emitWarning", own);
      }
      assert.deepEqual(warnings, []);
    });

  for (const [what, text, expected] of [
    [
      "an unclosed { before further entries",
      "config:\n  meridian:regions:\n    - { name: eu-west-1, role: hub\n    - { name: us-east-1 }\n  meridian:provider: local\n",
      ["{ without its }", 3, 7],
    ],
    [
      "an unclosed { before a block",
      "config:\n  meridian:traffic: {\n  meridian:regions:\n    - name: eu-west-1\n      role: hub\n    - name: us-east-1\n",
      ["{ without its }", 2, 21],
    ],
    [
      "an unclosed {, not the one inside it",
      "config:\n  a: { b: { c: 1 }\n  d: 1\n",
      ["{ without its }", 2, 6],
    ],
    ["an unclosed [ at the end", "config:\n  a: [1, 2\n", ["[ without its ]", 2, 6]],
    ["a [ that a } closes", "config:\n  a: [1, 2}\n  b: 1\n", ["[ without its ]", 2, 6]],
    ["an unclosed quote", 'config:\n  a: "x\n  b: 3\n  c: 4\n', ['" without its "', 2, 6]],
    ["a superfluous }", "config:\n  a: { b: 1 } }\n  c: { d: 2 }\n", [undefined, 2, 15]],
    ["a colon too few", "config:\n  a\n  b: 1\n  c: { d: 2 }\n", [undefined, 2, 3]],
  ] as const)
    it(`reports ${what} once, at its place`, () => {
      const { diagnostics } = refused(text);
      const [value = diagnostics[0]?.value, ...place] = expected;
      assert.deepEqual(
        diagnostics.map((one) => [one.value, one.line, one.column]),
        [[value, ...place]],
      );
    });

  it("reports a broken structure once, wherever the local environment lacks or has one character too many", () => {
    const whole = readFileSync(local, "utf8").split("\n").slice(1).join("\n");
    const broken = [...whole].flatMap((_, at) => [
      whole.slice(0, at) + whole.slice(at + 1),
      ...[..."{[]}\"'"].map((one) => whole.slice(0, at) + one + whole.slice(at)),
    ]);
    const syntax = broken.flatMap((text) => {
      const lines = new LineCounter();
      const document = parseDocument(text, { lineCounter: lines, logLevel: "error" });
      const found = syntaxDiagnostics(text, document, lines);
      assert.equal(found.length > 0, document.errors.length > 0, text);
      return found.length > 0 ? [found.length] : [];
    });
    assert.ok(syntax.length > 500, `${syntax.length} broken files`);
    assert.deepEqual([...new Set(syntax)], [1]);
  });

  it("reports independent mistakes of the syntax together", () => {
    const text = "config:\n  a: 1\n  a: 2\n  b: !odd x\n  c: [1\n  d: 1\n  d: 2\n";
    assert.deepEqual(
      refused(text).diagnostics.map(({ line }) => line),
      [3, 4, 5],
    );
  });

  it("gives the line of every mistake, in the order of the file", () => {
    const error = refused(
      [
        "# a comment",
        "config:",
        "  meridian:regions:",
        "    - name: eu-west-1",
        "      weight: -1",
        "    - name: us-east-1",
        "      zones: [a, a]",
        "      colour: red",
        "  meridian:provider: gcp",
        "  aws:region: eu-west-1",
      ].join("\n"),
    );
    assert.deepEqual(
      error.diagnostics.map(({ path, line }) => [path, line]),
      [
        ["meridian:regions[0].weight", 5],
        ["meridian:regions[1].zones[1]", 7],
        ["meridian:regions[1].colour", 8],
        ["meridian:provider", 9],
      ],
    );
  });

  it("lets Pulumi's own keys through, beside and below config", () => {
    const path = join(folder, "Pulumi.other.yaml");
    const config = "config:\n  aws:region: x\n  meridian:provider: local\n";
    const regions = "  meridian:regions: [{ name: eu-west-1 }]\n";
    writeFileSync(path, `encryptionsalt: v1:abc\n${config}${regions}`);
    assert.equal(readEnvironmentFile(path, "other").name, "other");
  });

  it("reports a file that is missing, broken, or not of this form", () => {
    const missing = refusal(() => readEnvironmentFile(join(folder, "none.yaml"), "none"));
    assert.equal(missing.diagnostics[0]?.path, "(file)");
    assert.equal(refused("config: [a").diagnostics[0]?.path, "(file)");
    assert.equal(refused("config:\n  a: 1\n  a: 2\n").diagnostics[0]?.line, 3);
    for (const text of ["", "7", "config:", "config: []"])
      assert.equal(refused(text).diagnostics[0]?.path, "config", text);
    assert.equal(refused("config:\n  provider: local\n").diagnostics[0]?.path, "config.provider");
    assert.equal(refused("config: &a\n  meridian:x: *a\n").name, "ConfigurationError");
    assert.equal(refused("config:\n  meridian:x: *nowhere\n").diagnostics[0]?.path, "(file)");
  });
});

describe("readEnvironment", () => {
  afterEach(() => runtime.setAllConfig({}));

  it("takes our namespace from the engine, where maps and lists are JSON text", () => {
    runtime.setAllConfig({
      "aws:region": "eu-west-1",
      "meridian:provider": "local",
      "meridian:regions": JSON.stringify([{ name: "eu-west-1", weight: 3 }]),
    });
    const environment = readEnvironment("staging");
    assert.equal(environment.name, "staging");
    assert.equal(environment.regions[0]?.weight, 3);
  });

  it("reads a moment as it was written, though the engine has made a time of it", () => {
    runtime.setAllConfig({
      "meridian:provider": "local",
      "meridian:regions": JSON.stringify([{ name: "eu-west-1" }]),
      "meridian:delivery": JSON.stringify({
        freezes: [
          { from: "2026-12-20 18:30:00 +0000 UTC", to: "2027-01-04T06:00:00Z", reason: "holidays" },
        ],
      }),
    });
    const { freezes } = readEnvironment("staging").delivery;
    assert.deepEqual(freezes, [
      { from: "2026-12-20T18:30:00Z", to: "2027-01-04T06:00:00Z", reason: "holidays" },
    ]);
  });

  it("names the stack's file, and prints nothing that was set as a secret", () => {
    runtime.setAllConfig({ "meridian:provider": "hunter2", "meridian:regions": "[{" }, [
      "meridian:provider",
    ]);
    const error = refusal(() => readEnvironment("staging"));
    assert.match(error.message, /^environments\/Pulumi\.staging\.yaml has 2 mistakes/);
    assert.doesNotMatch(error.message, /hunter2/);
  });
});

function refusal(read: () => unknown): ConfigurationError {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error;
  }
  throw new Error("was not refused");
}
