import { isDeepStrictEqual } from "node:util";
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from "yaml";

/** A replacement of a piece of text. Offsets in characters. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Assigns the hub role to another region in the text of an environment's file, and adds `home` if it is missing. Only these
 * places change, so that the diff shows exactly the edit. Pure.
 * @throws RangeError if the file is not of an environment on AWS, or has no such region.
 */
export function moveHubRole(text: string, to: string, home: string): string {
  const document = parseDocument(text);
  const regions = regionsOf(document);
  const target = regions.find((region) => region.get("name") === to);
  if (target === undefined) throw new RangeError(`the file has no region ${to}`);
  const changes = [
    ...regions.flatMap((region) => (region === target ? [] : withoutRole(text, region))),
    ...(target.get("role") === "hub" ? [] : withRole(text, target)),
    ...withHome(document, text, home),
  ];
  const edited = apply(text, changes);
  refuseOtherwise(text, edited, to, home);
  return edited;
}

function regionsOf(document: Document): YAMLMap[] {
  const list = document.getIn(["config", "meridian:regions"]);
  const regions = isSeq(list) ? list.items : [];
  if (document.errors.length > 0 || regions.length === 0 || !regions.every(isMap))
    throw new RangeError("the file has no list meridian:regions");
  return regions;
}

function withoutRole(text: string, region: YAMLMap): Change[] {
  const index = region.items.findIndex((pair) => keyOf(pair) === "role");
  const pair = region.items[index];
  if (pair === undefined || region.get("role") !== "hub") return [];
  const [from, to] = spanOf(pair);
  const next = region.items[index + 1];
  // The next key moves up, to the dash or the brace.
  if (index === 0 && next !== undefined) return [{ from, to: spanOf(next)[0], text: "" }];
  if (region.flow === true) return [{ from: text.lastIndexOf(",", from), to, text: "" }];
  const end = text.indexOf("\n", to);
  return [
    { from: text.lastIndexOf("\n", from) + 1, to: end === -1 ? text.length : end + 1, text: "" },
  ];
}

function withRole(text: string, region: YAMLMap): Change[] {
  const written = region.items.find((pair) => keyOf(pair) === "role");
  if (written !== undefined) {
    const { range } = written.value as Scalar;
    const [from = 0, to = 0] = range ?? [];
    return [{ from, to, text: "hub" }];
  }
  return after(text, region, "name", "role: hub");
}

function withHome(document: Document, text: string, home: string): Change[] {
  const aws = document.getIn(["config", "meridian:aws"]);
  if (!isMap(aws)) throw new RangeError("the file has no meridian:aws");
  return aws.has("home") ? [] : after(text, aws, "accountId", `home: ${home}`);
}

/** A new pair after another one of the map, in the map's style. */
function after(text: string, map: YAMLMap, key: string, added: string): Change[] {
  const pair = map.items.find((one) => keyOf(one) === key);
  if (pair === undefined) throw new RangeError(`the file has a map without ${key}`);
  const [from, end] = spanOf(pair);
  if (map.flow === true) return [{ from: end, to: end, text: `, ${added}` }];
  // Insert after a comment on the same line. All keys of a map begin in the same column, with or without a dash before the
  // first.
  const lineEnd = text.indexOf("\n", end);
  const place = lineEnd === -1 ? text.length : lineEnd;
  const column = from - (text.lastIndexOf("\n", from) + 1);
  return [{ from: place, to: place, text: `\n${" ".repeat(column)}${added}` }];
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : key;
}

/** From the start of the key to the end of the value. */
function spanOf({ key, value }: Pair): readonly [number, number] {
  const [from = 0] = (key as Scalar).range ?? [];
  const [, to = 0] = (value as Scalar).range ?? [];
  return [from, to];
}

function apply(text: string, changes: readonly Change[]): string {
  return [...changes]
    .sort((one, other) => other.from - one.from)
    .reduce((now, { from, to, text: put }) => now.slice(0, from) + put + now.slice(to), text);
}

interface File {
  readonly config: {
    readonly "meridian:aws": Readonly<Record<string, unknown>>;
    readonly "meridian:regions": readonly Readonly<Record<string, unknown>>[];
  };
}

/** Verifies the edit: a text edit with a different meaning would be worse than none. */
function refuseOtherwise(text: string, edited: string, to: string, home: string): void {
  const before = parseDocument(text).toJS() as File;
  const { "meridian:aws": aws, "meridian:regions": regions } = before.config;
  const wanted = {
    ...before,
    config: {
      ...before.config,
      "meridian:aws": { home, ...aws },
      "meridian:regions": regions.map((region) => {
        const { role, ...others } = region;
        if (region["name"] === to) return { ...others, role: "hub" };
        return role === undefined || role === "hub" ? others : region;
      }),
    },
  };
  const document = parseDocument(edited);
  if (document.errors.length === 0 && isDeepStrictEqual(document.toJS(), wanted)) return;
  throw new RangeError(
    `the file is written in a way that cannot be edited: write role: hub at ${to} and aws.home: ${home} by hand`,
  );
}
