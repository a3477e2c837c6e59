import assert from "node:assert/strict";
import fc from "fast-check";
import type { Part } from "../../../ci/part";
import { composeReport, longestComment, marker } from "../../../ci/report";

const part = (changes: Partial<Part> = {}): Part => ({
  environment: "staging",
  preview: { kind: "done", text: "2 of 475 to change" },
  difference: { kind: "done", text: "**orders**: image 1.2.3 to 1.2.4" },
  ...changes,
});

describe("the report of a change", () => {
  it("tells checks, commit, and each environment in the order given", () => {
    const parts = [part(), part({ environment: "production" })];
    const text = composeReport({
      parts,
      checks: "success",
      commit: "6a97481",
      runUrl: "https://github.test/run/1",
    });
    assert.equal(
      text,
      [
        marker,
        "## What this change does",
        "Checks and tests: **success** ([run](https://github.test/run/1))",
        "Looked at: 6a97481",
        ...["staging", "production"].flatMap((name) => [
          `### ${name}`,
          `**Platform** (\`meridian preview ${name}\`)`,
          "<details><summary>1 line</summary>",
          "```text\n2 of 475 to change\n```",
          "</details>",
          `**Apps** (\`meridian diff ${name}\`)`,
          "**orders**: image 1.2.3 to 1.2.4",
        ]),
      ].join("\n\n") + "\n",
    );
  });

  it("shows a failure at once, as the command's words", () => {
    const failed = { kind: "failed", text: "<b>no</b> ``` such base" } as const;
    const text = composeReport({ parts: [part({ preview: failed, difference: failed })] });
    assert.match(text, /`meridian preview staging`\): \*\*failed\*\*\n\n<details open>/);
    assert.match(text, /`meridian diff staging`\): \*\*failed\*\*\n\n````text\n<b>no<\/b>/);
  });

  it("says why something was not run", () => {
    const text = composeReport({
      parts: [part({ preview: { kind: "skipped", reason: "A fork." } })],
    });
    assert.match(text, /`meridian preview staging`\)\n\nA fork\.\n\n/);
  });

  it("says so when there is nothing", () => {
    assert.match(composeReport({ parts: [] }), /No environment was looked at/);
  });

  it("cuts the longest text at a line, says how much is left out, and leaves short ones whole", () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index} of a long preview`);
    const long = part({ preview: { kind: "done", text: lines.join("\n") } });
    const text = composeReport({ parts: [long, part({ environment: "production" })] }, 10_000);
    assert.ok(text.length <= 10_000 && text.length > 9_900);
    assert.match(text, /of a long preview\n```\n\n_\d+ more lines are left out here/);
    const shown = (text.match(/of a long preview/g) ?? []).length;
    assert.match(text, new RegExp(`_${5_000 - shown} more lines`));
    assert.match(text, /### production[^]*2 of 475 to change[^]*image 1\.2\.3 to 1\.2\.4\n$/);
  });

  it("closes what a cut of Markdown leaves open", () => {
    const inner = Array.from({ length: 2_000 }, () => "+ some: yaml").join("\n");
    const markdown = `<details><summary>all</summary>\n\n\`\`\`diff\n${inner}\n\`\`\`\n\n</details>`;
    const text = composeReport(
      { parts: [part({ difference: { kind: "done", text: markdown } })] },
      5_000,
    );
    assert.match(text, /\+ some: yaml\n\n```\n\n<\/details>\n\n_\d+ more lines/);
  });

  it("always fits a comment, begins with its marker, and tells when it was cut", () => {
    const line = fc.constantFrom(
      "a",
      "+ b: c",
      "```",
      "````",
      "<details><summary>x</summary>",
      "</details>",
      "é".repeat(90),
    );
    const text = fc.array(line, { maxLength: 400 }).map((lines) => lines.join("\n"));
    const outcome = fc.oneof(
      fc.record({ kind: fc.constantFrom("done" as const, "failed" as const), text }),
      fc.record({ kind: fc.constant("skipped" as const), reason: fc.constant("A fork.") }),
    );
    const parts = fc.array(
      fc.record({
        environment: fc.constantFrom("staging", "production"),
        preview: outcome,
        difference: outcome,
      }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(parts, fc.integer({ min: 1_500, max: longestComment }), (some, limit) => {
        const report = composeReport({ parts: some }, limit);
        assert.ok(report.length <= limit);
        assert.ok(report.startsWith(marker));
        if (report.length === composeReport({ parts: some }).length) return;
        assert.match(report, /more lines are left out/);
      }),
    );
  });
});
