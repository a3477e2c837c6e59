import * as assert from "node:assert/strict";
import { composeStatus } from "../../../tools/cli/composeStatus";
import { formatStatus } from "../../../tools/cli/statusView";
import { withoutColours } from "../../support/noColours";
import { application, inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const regions = [small("eu-west-1", { zones: ["a", "b"] }), small("us-east-1")];
const plan = planOf(regions);
const good = inOrder(plan);
const servers = { "eu-west-1": "https://127.0.0.1:20001", "us-east-1": "https://127.0.0.1:20002" };

const hints = (follows: string) => [
  "Pods are simulated (KWOK): scheduled and ready, but not run. All control planes are real.",
  `Argo CD follows ${follows}: change apps/, commit, and watch \`npx meridian status\`.`,
  'kubectl: eval "$(npx meridian env test)" && kubectl get deployments -A   ·   stop: npm stop',
];

describe("formatStatus", () => {
  let back: () => void;
  before(() => (back = withoutColours()));
  after(() => back());

  it("shows a platform in order, and how long it took", () => {
    const text = formatStatus(composeStatus(plan, good, servers), plan, 4200);
    assert.deepEqual(text.split("\n"), [
      "",
      "test is ready in 4.2 s.",
      "",
      "   REGION     VERSION  NODES (BY ZONE)     FEDERATION  API SERVER",
      "●  eu-west-1  v1.2.3   2 nodes (a 1, b 1)  joined      https://127.0.0.1:20001",
      "●  us-east-1  v1.2.3   1 nodes (a 1)       joined      https://127.0.0.1:20002",
      "",
      "   APP   SYNC    HEALTH   COMMIT   READY  eu-west-1  us-east-1",
      "●  shop  Synced  Healthy  0123456  3/3    2 (1/1)    1 (1)",
      "",
      ...hints("commits of this clone"),
    ]);
  });

  it("shows a lost region and why an app is not in order", () => {
    const observed = {
      ...good,
      regions: { ...good.regions, "us-east-1": undefined },
      members: [{ name: "eu-west-1", ready: true }],
      applications: [
        application("bootstrap"),
        application("shop", {
          health: { status: "Degraded" },
          conditions: [{ message: "x".repeat(301) }],
        }),
      ],
    };
    const text = formatStatus(composeStatus(plan, observed, servers), plan);
    assert.deepEqual(text.split("\n"), [
      "",
      "test is not ready: us-east-1, us-east-1 in the federation, shop.",
      "",
      "   REGION     VERSION    NODES (BY ZONE)     FEDERATION  API SERVER",
      "●  eu-west-1  v1.2.3     2 nodes (a 1, b 1)  joined      https://127.0.0.1:20001",
      "○  us-east-1  no answer  0 nodes (a 0)       lost        https://127.0.0.1:20002",
      "",
      "   APP   SYNC    HEALTH    COMMIT   READY  eu-west-1  us-east-1",
      "○  shop  Synced  Degraded  0123456  2/3    2 (1/1)    0 (0)",
      `  shop: ${"x".repeat(300)}`,
      "",
      ...hints("commits of this clone"),
    ]);
  });

  it("names the repository that is followed", () => {
    const other = planOf(regions, { delivery: { repository: "https://git.test/a" } });
    const lines = formatStatus(composeStatus(other, good, servers), other).split("\n");
    assert.equal(lines[1], "test is ready.");
    assert.deepEqual(lines.slice(-3), hints("https://git.test/a"));
  });
});
