import * as assert from "node:assert/strict";
import { regionTable } from "../../../cli/region";
import { composeStatus } from "../../../operations/status/compose";
import type { Observed } from "../../../operations/status/model";
import { inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);
const good = inOrder(plan);

/** The platform with another state of us-east-1. */
const cases: readonly [string, Partial<Observed>, string][] = [
  ["in order", {}, "● us-east-1 ready 1 100 %"],
  ["lost", { regions: { ...good.regions, "us-east-1": undefined } }, "○ us-east-1 lost 0 100 %"],
  [
    "only in the configuration",
    { uncreated: ["us-east-1"], regions: { ...good.regions, "us-east-1": undefined } },
    "○ us-east-1 not created 0 100 %",
  ],
  [
    "without its nodes",
    {
      regions: {
        ...good.regions,
        "us-east-1": { version: "v1", nodes: [], pods: [], rollouts: [] },
      },
    },
    "○ us-east-1 not ready 0 100 %",
  ],
  [
    "not in the federation",
    { members: [{ name: "eu-west-1", ready: true }] },
    "○ us-east-1 not in the federation 1 100 %",
  ],
  [
    "without its gateway",
    { edges: good.edges.map((edge) => ({ ...edge, healthy: edge.region === "eu-west-1" })) },
    "○ us-east-1 without its gateway 1 0 %",
  ],
  [
    "drained in part",
    { edges: good.edges.map((edge) => ({ ...edge, weight: 40 })) },
    "● us-east-1 ready 1 40 %",
  ],
];

describe("The list of regions", () => {
  for (const [what, change, row] of cases)
    it(`shows a region that is ${what}`, () => {
      const [head, , found] = regionTable(composeStatus(plan, { ...good, ...change }));
      assert.match(head ?? "", /REGION +STATE +REPLICAS +TRAFFIC/);
      assert.equal(found?.replaceAll(/ +/g, " "), row);
    });
});
