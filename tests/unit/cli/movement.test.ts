import * as assert from "node:assert/strict";
import { composeStatus } from "../../../tools/cli/composeStatus";
import { type Missing, Movement, waitingText } from "../../../tools/cli/movement";
import type { GateMark } from "../../../infra/plan/rollouts/mark";
import type { AppStatus, Status } from "../../../tools/cli/statusModel";
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

describe("Movement", () => {
  const see = (movement: Movement, status: Status, at: number) =>
    movement.see(status, missingOf(status), at);

  it("is a state that was never there before", () => {
    const movement = new Movement(0);
    assert.deepEqual(
      [0, 1, 2].map((ready) => see(movement, withReady(ready), 1000 + ready * 1000)),
      [0, 0, 0],
    );
  });

  it("is counted from the last new state, and not from the beginning", () => {
    const movement = new Movement(0);
    see(movement, withReady(0), 1000);
    assert.equal(see(movement, withReady(0), 200_000), 199_000);
    assert.equal(see(movement, withReady(1), 250_000), 0);
    assert.equal(see(movement, withReady(1), 251_000), 1000);
  });

  it("is none where two states take turns", () => {
    const movement = new Movement(0);
    for (let at = 0; at <= 600_000; at += 1000) see(movement, withReady((at / 1000) % 2), at);
    assert.equal(see(movement, withReady(0), 601_000), 600_000);
  });

  it("is seen in nodes, in what is missing, and in a rollout's weight", () => {
    const movement = new Movement(0);
    const rollout = { phase: "stepping", reached: 10 } as GateMark;
    const states: [Status, Missing[]][] = [
      [good, []],
      [good, [{ name: "eu-west-1" }]],
      [{ ...good, regions: good.regions.map((one) => ({ ...one, zones: [] })) }, []],
      [{ ...good, apps: [{ ...app, rollouts: { "eu-west-1": rollout } }] }, []],
    ];
    assert.deepEqual(
      states.map(([status, missing], index) => movement.see(status, missing, index)),
      [0, 0, 0, 0],
    );
  });
});

describe("What is waited for, in a line", () => {
  const lacking = (change: Partial<AppStatus>, name = "shop"): Missing => ({
    name,
    app: { ...app, name, ...change },
  });

  it("says of an app what it lacks", () => {
    const few = { ...app.replicas, ready: 1, desired: 4 };
    assert.equal(
      waitingText([
        { name: "the edge of eu-west-1" },
        lacking({ sync: "OutOfSync" }),
        lacking({ replicas: few }),
        lacking({ health: "Progressing" }),
      ]),
      "the edge of eu-west-1, shop (OutOfSync), shop (1 of 4 replicas), shop (Progressing)",
    );
  });

  it("counts the apps for which there is no room", () => {
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
