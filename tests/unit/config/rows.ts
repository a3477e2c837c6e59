import assert from "node:assert/strict";
import { diagnosticsOf } from "./sample";

/** A bad configuration, where its one mistake is, and what the remedy says. */
export type Row = readonly [
  what: string,
  raw: Record<string, unknown>,
  path: string,
  remedy: RegExp,
];

/** A test of one row: its mistake is reported, where it is and with the remedy, and no other. */
export function isReported([what, raw, path, remedy]: Row): void {
  it(what, () => {
    const diagnostics = diagnosticsOf(raw);
    assert.deepEqual(
      diagnostics.map((diagnostic) => diagnostic.path),
      [path],
    );
    assert.match(diagnostics[0]?.remedy ?? "", remedy);
    assert.notEqual(diagnostics[0]?.expected, "");
    assert.notEqual(diagnostics[0]?.value, "");
  });
}
