import assert from "node:assert/strict";
import { problemsOf } from "./sample";

/** A bad configuration, where its one mistake is, and what the mend says. */
export type Row = readonly [what: string, raw: Record<string, unknown>, path: string, mend: RegExp];

/** A test of one row: its mistake is reported, where it is and with the mend, and no other. */
export function isReported([what, raw, path, mend]: Row): void {
  it(what, () => {
    const problems = problemsOf(raw);
    assert.deepEqual(
      problems.map((problem) => problem.path),
      [path],
    );
    assert.match(problems[0]?.mend ?? "", mend);
    assert.notEqual(problems[0]?.expected, "");
    assert.notEqual(problems[0]?.value, "");
  });
}
