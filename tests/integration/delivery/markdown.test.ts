import assert from "node:assert/strict";
import fc from "fast-check";
import type { AppChange } from "../../../infra/plan/appChanges";
import type { KubeObject } from "../../../infra/plan/kubeObject";
import { objectChanges } from "../../../infra/plan/objectChanges";
import type { Comparison } from "../../../operations/delivery/compare";
import { codeSpan, leastLimit, markdownOf } from "../../../operations/delivery/markdown";
import { patchLines } from "../../../operations/delivery/patch";
import { comparisonText, jsonOf } from "../../../operations/delivery/text";

const commit = (name: string, hash: string) => ({ kind: "commit", name, commit: hash }) as const;
const comparison = (...changes: AppChange[]): Comparison => ({
  environment: "staging",
  from: commit("v1.2.2", "a".repeat(40)),
  to: commit("HEAD", "b".repeat(40)),
  changes,
});
const settings = (data: Record<string, string>): KubeObject => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } },
  data,
});
const changed = (app: string, before: Record<string, string>, after: Record<string, string>) =>
  ({
    app,
    what: "changed",
    objects: objectChanges([settings(before)], [settings(after)]),
  }) as const;

const codeSpans = /(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g;

/** What stands outside of code spans and fences, as CommonMark reads them. */
function outsideCode(markdown: string): string {
  const outside: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split("\n")) {
    const [, ticks, info] = /^ {0,3}(`{3,})([^`]*)$/.exec(line) ?? [];
    if (fence === undefined && ticks !== undefined) fence = ticks;
    else if (fence === undefined) outside.push(line.replace(codeSpans, ""));
    else if (ticks !== undefined && ticks.length >= fence.length && info?.trim() === "")
      fence = undefined;
  }
  assert.equal(fence, undefined, "a fence that is not closed");
  return outside.join("\n");
}

/** The same with a text at the object's top, which the difference shows with hardly an indentation. */
const covered = (app: string, cover: string, value: string): AppChange => {
  const [before, after] = ["", value].map((one) => ({ ...settings({ A: one }), cover }));
  const sides = [before, after].map((one) => (one === undefined ? [] : [one]));
  return { app, what: "changed", objects: objectChanges(sides[0] ?? [], sides[1] ?? []) };
};

describe("a comparison as a section of a comment", () => {
  it("says what was compared, lists the apps, and folds the difference", () => {
    const broken = { app: "cart", what: "broken", after: "no `base`" } as const;
    const text = markdownOf(comparison(broken, changed("shop", { LEVEL: "1" }, { LEVEL: "2" })));
    assert.deepEqual(text.split("\n"), [
      "### `staging`: an app does not build",
      "",
      "From `v1.2.2 (aaaaaaa)` to `HEAD (bbbbbbb)`.",
      "",
      "- **`cart`** `` does not build: no `base` ``",
      "- **`shop`** `ConfigMap/settings LEVEL 1 → 2`",
      "",
      "<details><summary>In full</summary>",
      "",
      "```diff",
      "--- a/shop/ConfigMap/settings",
      "+++ b/shop/ConfigMap/settings",
      "@@ -1,6 +1,6 @@",
      " apiVersion: v1",
      " data:",
      '-  LEVEL: "1"',
      '+  LEVEL: "2"',
      " kind: ConfigMap",
      " metadata:",
      "   name: settings",
      "```",
      "",
      "</details>",
      "",
    ]);
  });

  it("is short when nothing differs", () => {
    assert.equal(
      markdownOf(comparison()),
      "### `staging`: no app changes\n\nFrom `v1.2.2 (aaaaaaa)` to `HEAD (bbbbbbb)`.\n",
    );
  });

  it("says how much is left out, and the command that shows it", () => {
    const many = Object.fromEntries(
      Array.from({ length: 900 }, (_, at) => [`KEY_${at}`, `value ${at}`]),
    );
    const text = markdownOf(comparison(changed("shop", {}, many)), 5000);
    assert.ok(text.length <= 5000 && text.length > 4500, `${text.length}`);
    const command = `npx meridian diff staging --from ${"a".repeat(40)} --to ${"b".repeat(40)} --full`;
    assert.match(text, new RegExp(`\\n… \\d+ more lines: \`${command}\`\\n`));
    const apps = Array.from({ length: 300 }, (_, at) =>
      changed(`app-${at}`, {}, { A: "x".repeat(50) }),
    );
    assert.match(markdownOf(comparison(...apps), 5000), /\n- … and \d+ more\n/);
  });

  it("is not ended by a fence in what it shows", () => {
    const text = markdownOf(comparison(covered("shop", "a\n```\n", "x")));
    assert.match(text, /^ {3}```$/m);
    assert.match(text, /^````diff$/m);
    assert.doesNotMatch(outsideCode(text), /data:/);
  });

  it("is never longer than it may be, and nothing of the repository's stands outside of code", () => {
    const evil = fc.constantFrom(
      ...[
        "````",
        "```\n",
        "`",
        "@team",
        "</details>",
        "<script>",
        "\n\n# head",
        "~~~",
        "#1",
        "\\`",
        " ` ",
      ],
    );
    const text = fc
      .array(fc.oneof(evil, fc.string()), { maxLength: 6 })
      .map((parts) => parts.join(""));
    const data = fc.dictionary(text, text, { maxKeys: 12 });
    const change = fc.oneof(
      fc
        .tuple(text, data, data)
        .map(([app, before, after]) => changed(app, before, after) as AppChange),
      fc.tuple(text, text, text).map(([app, cover, value]) => covered(app, cover, value)),
      fc.tuple(text, text).map(([app, after]) => ({ app, what: "broken", after }) as const),
    );
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 12 }),
        fc.integer({ min: leastLimit, max: 9000 }),
        (changes, limit) => {
          const markdown = markdownOf(comparison(...changes), limit);
          assert.ok(markdown.length <= limit, `${markdown.length} of ${limit}`);
          assert.match(
            outsideCode(markdown),
            /^### : [\w ]+\n\nFrom {2}to \.\n(\n(- (\*{4}[; …]*|… and \d+ more)\n)+)?(\n<details><summary>In full<\/summary>\n\n\n(… \d+ more lines: \n\n)?<\/details>\n)?$/,
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("an app's difference in full", () => {
  it("is told whole, and soon, where two objects have hardly a line in common", () => {
    const of = (word: string) =>
      Object.fromEntries(Array.from({ length: 4000 }, (_, at) => [`KEY_${at}`, `${word} ${at}`]));
    const lines = patchLines(changed("shop", of("old"), of("new")));
    assert.deepEqual(lines.slice(0, 4), [
      "--- a/shop/ConfigMap/settings",
      "+++ b/shop/ConfigMap/settings",
      "@@ -1,4005 +1,4005 @@",
      "-apiVersion: v1",
    ]);
    assert.equal(lines.filter((line) => line.startsWith("+  KEY_")).length, 4000);
  });
});

describe("a text in a code span", () => {
  it("ends where it should, whatever it holds", () => {
    assert.equal(codeSpan("a"), "`a`");
    assert.equal(codeSpan("`a``b"), "``` `a``b ```");
    assert.equal(codeSpan("a\n\nb"), "`a b`");
    assert.equal(codeSpan(""), "` `");
  });
});

describe("a comparison for a person", () => {
  it("says first what was compared, and why", () => {
    const text = comparisonText(comparison(changed("shop", {}, { A: "1" })), {
      how: "the newest release",
      full: true,
    });
    const lines = text.split("\n");
    assert.equal(
      lines[0],
      "staging: apps from v1.2.2 (aaaaaaa), the newest release, to HEAD (bbbbbbb)",
    );
    assert.equal(lines[1], "  shop: ConfigMap/settings A none → 1");
    assert.ok(lines.includes('+  A: "1"'));
    const nothing = comparisonText(
      { ...comparison(), from: { kind: "nothing" }, to: { kind: "work tree" } },
      { how: "", full: false },
    );
    assert.equal(nothing, "staging: apps from nothing to the work tree\n  no app differs");
  });

  it("is the same for a program, without the objects themselves", () => {
    const json = jsonOf(
      comparison(changed("shop", { A: "0" }, { A: "1" }), {
        app: "x",
        what: "broken",
        after: "no",
      }),
    );
    assert.deepEqual(JSON.parse(JSON.stringify(json)), {
      environment: "staging",
      from: commit("v1.2.2", "a".repeat(40)),
      to: commit("HEAD", "b".repeat(40)),
      apps: [
        {
          app: "shop",
          what: "changed",
          words: ["ConfigMap/settings A 0 → 1"],
          objects: [
            {
              object: "ConfigMap/settings",
              what: "changed",
              changes: [{ path: "data.A", before: "0", after: "1" }],
            },
          ],
        },
        { app: "x", what: "broken", words: ["does not build: no"], broken: { after: "no" } },
      ],
    });
  });
});
