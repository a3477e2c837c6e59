import * as assert from "node:assert/strict";
import { createFlag } from "../../../../infra/components/rollouts/flagEdits";
import { readState } from "../../../../infra/components/rollouts/flagReading";
import { type ReceivedFlag, isLaunched } from "../../../../infra/components/rollouts/flags";

describe("A flag is launched", () => {
  const launched = { ...createFlag("a"), fallthrough: { variation: 0 } };

  it("when true is fixed for everybody, wherever true stands; targets that name nobody are none", () => {
    const empty = { contextKind: "region", variation: 1, values: [] };
    const turned = { variations: [false, true], fallthrough: { variation: 1 } };
    for (const other of [{}, turned, { targets: [empty], contextTargets: [empty] }]) {
      assert.ok(isLaunched({ ...launched, ...other }), JSON.stringify(other));
      assert.deepEqual(readState({ ...launched, ...other })?.everywhere, { kind: "retired" });
    }
  });

  it("not while it is off, or anything could give anybody anything else", () => {
    const target = { contextKind: "region", variation: 0, values: ["eu-west-1"] };
    const clauses = [{ attribute: "country", op: "in", values: ["CH"] }];
    const others: Partial<ReceivedFlag>[] = [
      { on: false },
      { fallthrough: { variation: 1 } },
      { fallthrough: { variation: 2 } },
      { fallthrough: { rollout: { variations: [{ variation: 0, weight: 100_000 }] } } },
      { fallthrough: {} },
      { rules: [{ clauses, variation: 0 }] },
      { targets: [target] },
      { contextTargets: [target] },
      { prerequisites: [{ key: "b", variation: 0 }] },
    ];
    for (const other of others)
      assert.ok(!isLaunched({ ...launched, ...other }), JSON.stringify(other));
    const { key, version, on, variations } = launched;
    assert.ok(!isLaunched({ key, version, on, variations }), "without a default rule");
  });
});
