import * as assert from "node:assert/strict";
import { differenceLines } from "../../../infra/plan/differenceLines";
import { compareInventory, formatDifference } from "../../../infra/plan/inventoryDifferences";
import { planInventory } from "../../../infra/plan/inventory";
import { planOf, small } from "../../support/plan";

const expected = planInventory(planOf([small("eu-west-1"), small("us-east-1")]));

/** Everything that is expected, but for what bears a name. */
function without(name: string) {
  const keep = (list: readonly string[]) => list.filter((one) => !one.includes(name));
  const values = <T>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => !key.includes(name)));
  return compareInventory(expected, {
    ...expected,
    processes: keep(expected.processes).map((one) => ({ name: one, running: true })),
    clusters: keep(expected.clusters),
    components: keep(expected.components),
    files: keep(expected.files),
    ports: keep(expected.ports),
    authorities: values(expected.authorities),
    edges: values(expected.edges),
    members: keep(expected.members).map((one) => ({ name: one, drained: false })),
    orphans: [],
    takenPorts: {},
    logs: [],
  });
}

describe("differences for a person", () => {
  it("are a line each", () => {
    const differences = without("gateway-us-east-1");
    assert.ok(differences.length > 0);
    assert.deepEqual(differenceLines(differences), differences.map(formatDifference));
  });

  it("are one line for a region of which nothing is there, with the number of its parts", () => {
    const differences = without("us-east-1");
    const lines = differenceLines(differences);
    assert.ok(differences.length > 15);
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.match(lines[0] ?? "", new RegExp(`us-east-1.* ${differences.length} parts`));
  });

  it("keep what is wrong elsewhere, and what belongs to another cluster with a longer name", () => {
    const differences = without("us-east-1").concat([
      { ...without("us-east-1")[0]!, kind: "port", name: "us-east-12/etcd" },
      { ...without("us-east-1")[0]!, kind: "process", name: "dns" },
    ]);
    assert.equal(differenceLines(differences).length, 3);
  });
});
