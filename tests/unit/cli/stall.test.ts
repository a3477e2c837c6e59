import * as assert from "node:assert/strict";
import { composeStatus } from "../../../operations/status/compose";
import { type Missing, StallDetector, waitingText } from "../../../operations/status/stall";
import type { GateStatus } from "../../../infra/components/rollouts/gateStatus";
import type { AppStatus, Status } from "../../../operations/status/model";
import { inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);
const good = composeStatus(plan, inOrder(plan));
const app = good.apps[0] as AppStatus;

const withReady = (ready: number): Status => ({
  ...good,
  apps: [{ ...app, replicas: { ...app.replicas, ready } }],
});
const missingOf = ({ apps }: Status): Missing[] =>
  apps.map((one) => ({ name: one.name, app: one }));

describe("Progress of a platform that is not ready", () => {
  const see = (detector: StallDetector, status: Status, at: number) =>
    detector.see(status, missingOf(status), at);

  it("is a state that was never there before", () => {
    const detector = new StallDetector(0);
    assert.deepEqual(
      [0, 1, 2].map((ready) => see(detector, withReady(ready), 1000 + ready * 1000)),
      [0, 0, 0],
    );
  });

  it("is counted from the last new state, and not from the beginning", () => {
    const detector = new StallDetector(0);
    see(detector, withReady(0), 1000);
    assert.equal(see(detector, withReady(0), 200_000), 199_000);
    assert.equal(see(detector, withReady(1), 250_000), 0);
    assert.equal(see(detector, withReady(1), 251_000), 1000);
  });

  it("is none while two states alternate", () => {
    const detector = new StallDetector(0);
    for (let at = 0; at <= 600_000; at += 1000) see(detector, withReady((at / 1000) % 2), at);
    assert.equal(see(detector, withReady(0), 601_000), 600_000);
  });

  it("is seen in nodes, in what is missing, and in a rollout's weight", () => {
    const detector = new StallDetector(0);
    const rollout = { phase: "stepping", reached: 10 } as GateStatus;
    const states: [Status, Missing[]][] = [
      [good, []],
      [good, [{ name: "eu-west-1" }]],
      [{ ...good, regions: good.regions.map((one) => ({ ...one, zones: [] })) }, []],
      [{ ...good, apps: [{ ...app, rollouts: { "eu-west-1": rollout } }] }, []],
    ];
    assert.deepEqual(
      states.map(([status, missing], index) => detector.see(status, missing, index)),
      [0, 0, 0, 0],
    );
  });
});

describe("The line of an `up` that waits", () => {
  const lacking = (change: Partial<AppStatus>, name = "shop"): Missing => ({
    name,
    app: { ...app, name, ...change },
  });

  it("has the reason of each app", () => {
    const few = { ...app.replicas, ready: 1, desired: 4 };
    assert.equal(
      waitingText([
        { name: "the gateway of eu-west-1" },
        lacking({ sync: "OutOfSync" }),
        lacking({ replicas: few }),
        lacking({ health: "Progressing" }),
      ]),
      "the gateway of eu-west-1, shop (OutOfSync), shop (1 of 4 replicas), shop (Progressing)",
    );
  });

  it("counts the apps beyond the third", () => {
    const many = Array.from({ length: 23 }, (_, index) =>
      lacking({ sync: "Unknown" }, `app-${index}`),
    );
    assert.equal(
      waitingText(many),
      "app-0 (Unknown), app-1 (Unknown), app-2 (Unknown), 20 more apps",
    );
  });

  it("names an app that is in order and at another commit", () => {
    assert.equal(waitingText([lacking({}, "shop at fedcba9")]), "shop at fedcba9");
  });
});
