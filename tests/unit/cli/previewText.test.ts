import * as assert from "node:assert/strict";
import type { Change } from "../../../cli/changeSummary";
import { previewLines, previewSummary } from "../../../cli/previewText";
import { planOf, small } from "../../support/plan";

const plan = planOf([
  small("eu-west-1", { zones: ["a", "b"], nodesPerZone: 2 }),
  small("us-east-1"),
]);
const change = (name: string, how: Change["how"], properties: string[] = []): Change => ({
  ...{ name, how, properties },
  type: "meridian:index:Service",
});
const own = ["hub", "federation"];

describe("A preview in the platform's terms", () => {
  it("is one line if nothing changes", () => {
    assert.equal(previewSummary({ same: 159 }), "nothing to change, 159 resources as planned");
    assert.deepEqual(previewLines([], [...own, "eu-west-1", "us-east-1"], plan), []);
  });

  it("counts what changes", () =>
    assert.equal(
      previewSummary({ same: 10, create: 2, update: 1, replace: 1, delete: 1, read: 5 }),
      "5 of 15 resources to change",
    ));

  it("begins with the regions that come and go", () => {
    const lines = previewLines(
      [change("gateway-us-east-1", "created"), change("dns", "changed", ["files"])],
      [...own, "eu-west-1", "eu-north-1"],
      plan,
    );
    assert.deepEqual(lines.join("\n").split("\n"), [
      "+ region us-east-1: 1 node in 1 zone",
      "- region eu-north-1: its replicas move to the others first",
      "  The replicas of every app are divided again, over all regions.",
      "To be created: 1",
      "  gateway-us-east-1 (meridian:index:Service)",
      "To be changed: 1",
      "  dns (meridian:index:Service): files",
      "",
      "`npx meridian up test` does it; `--verbose` shows the engine's own lines.",
    ]);
  });

  it("names the clusters that restart", () => {
    const cluster = (name: string, how: Change["how"]) => ({
      ...change(name, how, ["extraArgs"]),
      type: "meridian:local:Cluster",
    });
    const lines = (...names: string[]) =>
      previewLines(
        [
          cluster("eu-west-1", "deleted"),
          change("dns", "changed"),
          ...names.map((name) => cluster(name, "changed")),
        ],
        [...own, "eu-west-1", "us-east-1"],
        plan,
      ).filter((line) => line.includes("restarts") || line.includes("meanwhile"));
    assert.deepEqual(lines("us-east-1", "federation"), [
      "~ federation: its API server restarts over its data",
      "~ region us-east-1: its API server restarts over its data",
      "  Replicas may move to other regions meanwhile; `npx meridian rebalance` divides them again.",
    ]);
    assert.equal(lines("hub").length, 1);
    assert.deepEqual(lines(), []);
  });

  it("divides nothing again on a first start, or while the regions stay", () => {
    const again = (created: readonly string[]) =>
      previewLines([change("dns", "created")], created, plan).some((line) =>
        line.includes("again"),
      );
    assert.equal(again([]), false);
    assert.equal(again([...own, "eu-west-1", "us-east-1"]), false);
  });
});
