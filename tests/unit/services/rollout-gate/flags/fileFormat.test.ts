import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { createFlag } from "../../../../../infra/components/rollouts/flagEdits";
import { checkFlagFile } from "../../../../../infra/components/rollouts/flagFile";
import { regionClauses } from "../../../../../infra/components/rollouts/flags";
import { fileDiagnostic } from "../../../../../services/rollout-gate/flags/fileFormat";

/** Every field that either of the two looks at. */
const sample = {
  flags: {
    a: {
      ...createFlag("a"),
      rules: [{ id: "meridian-eu-west-1", clauses: regionClauses("eu-west-1"), variation: 1 }],
      targets: [{ variation: 0, values: ["ann"] }],
      contextTargets: [{ contextKind: "region", variation: 0, values: ["us-east-1"] }],
      prerequisites: [{ key: "b", variation: 0 }],
    },
    b: createFlag("b"),
  },
  segments: { s: { key: "s", version: 1, included: ["ann"] } },
};

type Path = readonly string[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [path, ...fields.flatMap(([field, one]) => pathsOf(one, [...path, field]))];
}

/** The sample with something else at a path; undefined takes it out. */
function changed(path: Path, value: unknown): unknown {
  const json = structuredClone({ sample }) as Record<string, unknown>;
  const parts = ["sample", ...path];
  const owner = parts
    .slice(0, -1)
    .reduce((one, part) => one[part] as Record<string, unknown>, json);
  owner[parts.at(-1) ?? ""] = value;
  return json["sample"];
}

describe("What a gate takes for a flag file", () => {
  it("is all that the command and the checks find in order", () => {
    let inOrder = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...pathsOf(sample)),
        fc.oneof(fc.constant(undefined), fc.jsonValue(), fc.nat(2), fc.constantFrom("a", "s")),
        (path, value) => {
          const json = changed(path, value);
          if (checkFlagFile(json).length > 0) return;
          inOrder += 1;
          assert.equal(fileDiagnostic(JSON.stringify(json)), undefined, path.join("."));
        },
      ),
      { numRuns: 500 },
    );
    assert.ok(inOrder > 12, `${inOrder} in order`);
  });
});
