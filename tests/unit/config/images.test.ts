import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ConfigurationError, parseImages, readImages } from "../../../infra/config";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { platformImages } from "../../../infra/config/reserved";
import { makeFolder } from "../../support/folder";

const digest = `sha256:${"0a".repeat(32)}`;
const pinned = { "rollout-gate": digest };

/** What is wrong, the text, and what is reported: path and value. */
const rows: (readonly [what: string, text: string, path: string, value: string])[] = [
  ["no text", "", "(file)", "a text that does not parse"],
  ["half a text", '{ "rollout-gate": "sha', "(file)", "a text that does not parse"],
  ["a conflict", "<<<<<<< HEAD\n{}\n=======\n", "(file)", "a text that does not parse"],
  ["a list", "[]", "(file)", "an empty list"],
  ["nothing", "null", "(file)", "(empty)"],
  ["a tag", '{"rollout-gate":"v1.2.3"}', "rollout-gate", '"v1.2.3"'],
  [
    "no algorithm",
    JSON.stringify({ "rollout-gate": "0a".repeat(32) }),
    "rollout-gate",
    `"${"0a".repeat(32)}"`,
  ],
  ["a digest cut short", '{"rollout-gate":"sha256:0a"}', "rollout-gate", '"sha256:0a"'],
  [
    "a digest and a line",
    JSON.stringify({ "rollout-gate": `${digest}\n` }),
    "rollout-gate",
    `"${digest}\\n"`,
  ],
  [
    "capitals",
    JSON.stringify({ "rollout-gate": digest.replaceAll("a", "A") }),
    "rollout-gate",
    `"${digest.replaceAll("a", "A")}"`,
  ],
  ["a map", '{"rollout-gate":{"digest":1}}', "rollout-gate", "a map"],
  ["no digest", '{"rollout-gate":null}', "rollout-gate", "(empty)"],
  ["an app's image", JSON.stringify({ ...pinned, catalog: digest }), "catalog", "(not shown)"],
  ["an odd name", '{"__proto__":1}', "__proto__", "(not shown)"],
  ["a name that moves the cursor", '{"\\u001b[2J":1}', '"\\u001b[2J"', "(not shown)"],
];

describe("digests of the platform's own images", () => {
  it("are what the text pins, and need not be there yet", () => {
    assert.deepEqual(parseImages(JSON.stringify(pinned)), { ok: true, images: pinned });
    assert.deepEqual(parseImages("{}"), { ok: true, images: {} });
  });

  for (const [what, text, path, value] of rows) {
    it(`are refused with ${what}`, () => {
      const result = parseImages(text);
      assert.ok(!result.ok);
      assert.deepEqual(
        result.diagnostics.map((diagnostic) => [diagnostic.path, diagnostic.value]),
        [[path, value]],
      );
      for (const { expected, remedy } of result.diagnostics)
        assert.ok(expected !== "" && remedy !== "");
    });
  }

  it("are refused with every mistake at once, and a name that is meant", () => {
    const result = parseImages('{"rollout-gate":1,"rolout-gate":2}');
    assert.ok(!result.ok);
    assert.deepEqual(
      result.diagnostics.map(({ path, remedy }) => [path, /Did you mean (.*)\?/.exec(remedy)?.[1]]),
      [
        ["rollout-gate", undefined],
        ["rolout-gate", "rollout-gate"],
      ],
    );
  });

  it("are read or refused, whatever the text, and nothing is thrown", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const result = parseImages(text);
        assert.ok(
          result.ok ? Object.keys(result.images).length === 0 : result.diagnostics.length > 0,
        );
      }),
    );
  });

  it("are those of services that can be built", () => {
    for (const name of platformImages)
      assert.ok(existsSync(join(repositoryRoot, "services", name, "Dockerfile")), name);
  });
});

describe("the file of the platform's own images", () => {
  let folder: ReturnType<typeof makeFolder>;
  beforeEach(() => (folder = makeFolder()));
  afterEach(() => folder.remove());
  const file = () => join(folder.dir, "images.json");

  it("is read from the folder of the environments", () => {
    writeFileSync(file(), JSON.stringify(pinned));
    assert.deepEqual(readImages(folder.dir), pinned);
  });

  it("need not be there: nothing is published yet", () => {
    assert.deepEqual(readImages(folder.dir), {});
    assert.deepEqual(readImages(join(folder.dir, "absent")), {});
  });

  it("is reported with its name when something is wrong with it", () => {
    writeFileSync(file(), '{"rollout-gate":"latest"}');
    assert.throws(
      () => readImages(folder.dir),
      (error) =>
        error instanceof ConfigurationError &&
        error.file === file() &&
        /images\.json has 1 mistake\. Nothing was changed\./.test(error.message),
    );
  });

  it("is no reason to believe that nothing is published when it cannot be read", () => {
    mkdirSync(file());
    assert.throws(() => readImages(folder.dir), /unreadable: EISDIR/);
  });

  it("is valid in this repository", () => {
    const own = join(repositoryRoot, "environments/images.json");
    const text = existsSync(own) ? readFileSync(own, "utf8") : "{}";
    assert.ok(parseImages(text).ok);
  });
});
