import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Registered } from "./engine";

/** With this variable set, listings are written anew instead of being compared. */
const writeVariable = "MERIDIAN_WRITE_LISTINGS";

/**
 * What is registered, as a tree: a component stands on a line of its own with what it is the parent of below it, and
 * resources of one type and parent share a line.
 */
export function listingOf(registered: readonly Registered[]): string[] {
  const ids = new Set(registered.map(({ id }) => id));
  const tops = new Set(
    registered.flatMap(({ parent }) => (parent === undefined || ids.has(parent) ? [] : [parent])),
  );
  const below = (parent: string | undefined, depth: number): string[] => {
    const children = registered.filter((each) =>
      parent === undefined
        ? each.parent === undefined || tops.has(each.parent)
        : each.parent === parent,
    );
    const indent = "  ".repeat(depth);
    const isParent = (id: string) => registered.some((each) => each.parent === id);
    const leaves = children.filter(({ id }) => !isParent(id));
    const types = [...new Set(leaves.map(({ type }) => type))];
    return [
      ...types.map((type) => {
        const names = leaves.filter((each) => each.type === type).map(({ name }) => name);
        return `${indent}${type}: ${names.join(" ")}`;
      }),
      ...children
        .filter(({ id }) => isParent(id))
        .flatMap(({ id }) => [`${indent}${id}`, ...below(id, depth + 1)]),
    ];
  };
  return below(undefined, 0);
}

/** Compares with the committed listing `<folder>/<name>.listing.txt`, and says what joined and what went. */
export function assertListing(
  folder: string,
  name: string,
  registered: readonly Registered[],
): void {
  const file = path.join(folder, `${name}.listing.txt`);
  const found = listingOf(registered);
  if (process.env[writeVariable] !== undefined) fs.writeFileSync(file, `${found.join("\n")}\n`);
  const expected = fs.readFileSync(file, "utf8").trimEnd().split("\n");
  assert.ok(same(expected, found), explain(file, expected, found));
}

function same(expected: readonly string[], found: readonly string[]): boolean {
  return expected.join("\n") === found.join("\n");
}

/** Lines below their component, so that a name is told from the same one elsewhere. */
function explain(file: string, expected: readonly string[], found: readonly string[]): string {
  const [before, now] = [placed(expected), placed(found)];
  return [
    `What is registered is not what ${path.basename(file)} lists.`,
    ...before.filter((line) => !now.includes(line)).map((line) => `  gone:   ${line}`),
    ...now.filter((line) => !before.includes(line)).map((line) => `  joined: ${line}`),
    `If it is meant to be so, set ${writeVariable}=1, run the test again and read the change of the file.`,
  ].join("\n");
}

/** One line for each resource, with the components above it. */
function placed(lines: readonly string[]): string[] {
  const above: string[] = [];
  return lines.flatMap((line) => {
    const depth = (line.length - line.trimStart().length) / 2;
    const text = line.trim();
    const place = above.slice(0, depth).join(" > ");
    above[depth] = text;
    const [type = "", names] = text.split(": ");
    const ids = names === undefined ? [text] : names.split(" ").map((name) => `${type} ${name}`);
    return ids.map((id) => (place === "" ? id : `${place} > ${id}`));
  });
}
