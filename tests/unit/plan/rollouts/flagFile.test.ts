import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { repositoryRoot } from "../../../../infra/providers/local/instance";
import { createFlag } from "../../../../infra/components/rollouts/flagEdits";
import { checkFlagFile, formatFlagFile } from "../../../../infra/components/rollouts/flagFile";
import { readState } from "../../../../infra/components/rollouts/flagReading";
import { type Flag, regionClauses } from "../../../../infra/components/rollouts/flags";
import { namesLaunchDarkly } from "../../../../operations/flags/configured";

/** The sample with one thing changed: a path, and what is there instead; undefined takes it out. */
function broken(where: string, value: unknown): unknown {
  const json = JSON.parse(JSON.stringify({ flags: { a: sample, b: createFlag("b") } })) as object;
  const parts = where.split(".");
  const last = parts.pop() ?? "";
  const owner = parts.reduce<Record<string, unknown>>(
    (one, part) => one[part] as Record<string, unknown>,
    json as Record<string, unknown>,
  );
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return json;
}

const clause = { contextKind: "region", attribute: "tier", op: "in", values: ["gold"] };
const sample: Flag = {
  ...createFlag("a"),
  rules: [
    { id: "meridian-eu-west-1", clauses: regionClauses("eu-west-1"), variation: 1 },
    { id: "gold", clauses: [clause], variation: 0 },
  ],
  targets: [{ variation: 0, values: ["ann"] }],
  prerequisites: [{ key: "b", variation: 0 }],
};

const inRange = "a place in variations: 0 to 1";
const share = "flags.a.fallthrough.rollout.variations";
/** Where, what is put there, how it is told: value, expected, and the path where it is another. */
const rows: [string, unknown, string, string, string?][] = [
  ["flags", undefined, "(missing)", "an object with flags"],
  ["flags", [], "an empty list", "an object with flags"],
  ["flags.a", "on", '"on"', "an object"],
  ["flags.a.key", "b", '"b"', "a, as it is called in the file"],
  ["flags.a.version", "1", '"1"', "a whole number from 0"],
  ["flags.a.version", -1, "-1", "a whole number from 0"],
  ["flags.a.on", "true", '"true"', "true or false"],
  ["flags.a.on", undefined, "(missing)", "true or false"],
  ["flags.a.variations", [], "an empty list", "[true, false]"],
  ["flags.a.salt", undefined, "(missing)", "a text that never changes"],
  ["flags.a.fallthrough", {}, "a map", "either variation or rollout"],
  [
    "flags.a.fallthrough.variation",
    0,
    "a map",
    "either variation or rollout",
    "flags.a.fallthrough",
  ],
  ["flags.a.fallthrough", { variation: 2 }, "2", inRange, "flags.a.fallthrough.variation"],
  [`${share}.0.weight`, 1, "100001 in all", "weights that sum to 100000", share],
  [
    `${share}.0.weight`,
    0.5,
    "0.5",
    "a whole number from 0 to 100000, in thousandths of a percent",
    `${share}[0].weight`,
  ],
  [`${share}.1.variation`, 2, "2", inRange, `${share}[1].variation`],
  ["flags.a.offVariation", 0, "0", "1, the place of false in variations"],
  ["flags.a.offVariation", 5, "5", inRange],
  [
    "flags.a.rules.1.clauses.0.op",
    "is",
    '"is"',
    "an operator of LaunchDarkly's",
    "flags.a.rules[1].clauses[0].op",
  ],
  [
    "flags.a.rules.1.clauses.0",
    { ...clause, op: "segmentMatch" },
    '"gold"',
    "no segment: the file has none",
    "flags.a.rules[1].clauses[0].values[0]",
  ],
  ["flags.a.targets.0.variation", 2, "2", inRange, "flags.a.targets[0].variation"],
  [
    "flags.a.prerequisites.0.key",
    "c",
    '"c"',
    "another flag of the file",
    "flags.a.prerequisites[0].key",
  ],
  [
    "flags.a.prerequisites.0.key",
    "a",
    '"a"',
    "another flag of the file",
    "flags.a.prerequisites[0].key",
  ],
  ["flags.a.prerequisites.0.variation", 9, "9", inRange, "flags.a.prerequisites[0].variation"],
  ["flags.a.clientSideAvailability", true, "true", "an object"],
  ["flagValues", { c: true }, "a map", "nothing: a flag without rules cannot gate"],
  ["segments", { s: { version: 1 } }, "(missing)", "a text", "segments.s.key"],
  [
    "segments",
    { s: { key: "t", version: 1 } },
    '"t"',
    "s, as it is called in the file",
    "segments.s.key",
  ],
  [
    "flags.constructor",
    createFlag("constructor"),
    "a map",
    "another name: LaunchDarkly's SDK cannot read a file with this one",
  ],
  ["flags.a.rules.0.id", "gold", '"gold"', "an id that no other rule has", "flags.a.rules[1].id"],
];

describe("the check of a flag file", () => {
  it("finds nothing wrong with what is right, and keeps out of what it does not know", () => {
    assert.deepEqual(checkFlagFile({ flags: { a: sample, b: createFlag("b") } }), []);
    assert.deepEqual(
      checkFlagFile({ flags: {}, segments: { s: { key: "s", version: 1 } }, $schema: "x" }),
      [],
    );
    assert.deepEqual(checkFlagFile(broken("flags.a.trackEvents", true)), []);
    assert.deepEqual(checkFlagFile(broken("flags.b.variations", ["x", "y", "z"])), []);
  });

  for (const [where, value, found, expected, at = where] of rows)
    it(`tells ${where} = ${JSON.stringify(value)}`, () => {
      const diagnostics = checkFlagFile(broken(where, value));
      assert.deepEqual(
        diagnostics.map((one) => [one.path, one.value, one.expected]),
        [[at, found, expected]],
      );
      assert.match(diagnostics[0]?.remedy ?? "", /^.+\.$/);
    });

  it("keeps Meridian's own ids for what it writes", () => {
    const [diagnostic, ...others] = checkFlagFile(broken("flags.a.rules.0.clauses", [clause]));
    assert.deepEqual(others, []);
    assert.equal(diagnostic?.path, "flags.a.rules[0].clauses");
    assert.match(diagnostic?.remedy ?? "", /meridian-/);
  });

  it("tells all mistakes at once, and never throws", () => {
    const json = broken("flags.a.on", 1) as { flags: Record<string, Flag> };
    const two = { flags: { ...json.flags, b: { ...json.flags["b"], salt: "", offVariation: 0 } } };
    assert.deepEqual(
      checkFlagFile(two).map(({ path: where }) => where),
      ["flags.a.on", "flags.b.salt", "flags.b.offVariation"],
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (any, part) => {
        checkFlagFile(any);
        checkFlagFile({ flags: any });
        checkFlagFile({
          flags: { a: any, b: { ...createFlag("b"), rules: any, fallthrough: part } },
        });
      }),
    );
  });
});

describe("the flag files of the repository", () => {
  it("are there for each environment whose gates read one, and for no other", () => {
    const folder = path.join(repositoryRoot, "environments");
    const named = (pattern: RegExp) =>
      fs.readdirSync(folder).flatMap((name) => pattern.exec(name)?.[1] ?? []);
    const read = named(/^Pulumi\.(.+)\.yaml$/).filter(
      (name) => !namesLaunchDarkly(path.join(folder, `Pulumi.${name}.yaml`)),
    );
    assert.deepEqual(read.sort(), ["local", "staging"]);
    assert.deepEqual(named(/^flags\.(.+)\.json$/).sort(), read);
  });

  for (const environment of ["local", "staging"])
    it(`${environment}: valid, in the form that edits leave, and nothing is gated`, () => {
      const file = path.join(repositoryRoot, "environments", `flags.${environment}.json`);
      const text = fs.readFileSync(file, "utf8");
      const json = JSON.parse(text) as { flags: Record<string, Flag> };
      assert.deepEqual(checkFlagFile(json), []);
      assert.equal(formatFlagFile(json), text);
      for (const flag of Object.values(json.flags))
        assert.deepEqual(readState(flag)?.everywhere, { kind: "retired" }, flag.key);
    });

  it("written out, a file is what it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        assert.equal(JSON.stringify(JSON.parse(formatFlagFile(any))), JSON.stringify(any));
      }),
    );
  });
});
