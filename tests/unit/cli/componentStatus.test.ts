import * as assert from "node:assert/strict";
import type { Component } from "../../../infra/components/component";
import { instanceOf } from "../../../infra/providers/local/instance";
import { type ComponentStatus, readComponents } from "../../../operations/status/components";
import { composeStatus } from "../../../operations/status/compose";
import { unready } from "../../../operations/status/read";
import { formatRows } from "../../../cli/statusView";
import { makeFolder } from "../../support/folder";
import { inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1")]);
const statusWith = (components: readonly ComponentStatus[]) =>
  composeStatus(plan, { ...inOrder(plan), components });

const brokers: ComponentStatus = {
  name: "streaming",
  ready: false,
  rows: [
    { name: "eu-west-1", ready: true, values: { brokers: 3, lag: "0 s" } },
    { name: "us-east-1", ready: false, values: { brokers: 1, lag: "9 s" } },
  ],
};
const silent: ComponentStatus = {
  name: "metrics",
  ready: false,
  rows: [],
  error: "connect ECONNREFUSED",
};

describe("the state of components", () => {
  it("is read from each, and an error, a rejection or silence hides no other", async () => {
    const of: Component[] = [
      { name: "good", status: () => Promise.resolve([{ name: "eu-west-1", ready: true }]) },
      { name: "quiet" },
      {
        name: "broken",
        status: () => {
          throw new Error("not JSON");
        },
      },
      { name: "absent", status: ({ http }) => http("absent/http", "/").then(() => []) },
      { name: "alone", status: ({ kube }) => kube("hub", "/version").then(() => []) },
      { name: "stuck", status: () => new Promise(() => undefined) },
      { name: "unused", isUsed: () => false, status: () => Promise.reject(new Error("read")) },
    ];
    const folder = makeFolder();
    const found = await readComponents(instanceOf("test", folder.dir), plan, of);
    folder.remove();
    assert.deepEqual(
      found.map(({ name, ready, error = "" }) => [name, ready, error.replace(/'.*'/, "…")]),
      [
        ["good", true, ""],
        ["broken", false, "not JSON"],
        ["absent", false, "the port absent/http is not allocated"],
        ["alone", false, "ENOENT: no such file or directory, open …"],
        ["stuck", false, "no result in 1500 ms"],
      ],
    );
  });

  it("is part of whether an environment is ready", () => {
    assert.equal(statusWith([]).ready, true);
    const good = { ...brokers, ready: true, rows: brokers.rows.slice(0, 1) };
    assert.equal(statusWith([good]).ready, true);
    const bad = statusWith([good, brokers, silent]);
    assert.equal(bad.ready, false);
    assert.deepEqual(unready(bad), ["streaming of us-east-1", "metrics"]);
  });

  it("is a table of its own, with the columns that the component chose", () => {
    const text = formatRows(statusWith([brokers, silent])).join("\n");
    assert.match(text, /STREAMING +BROKERS +LAG/);
    assert.match(text, /eu-west-1 +3 +0 s/);
    assert.match(text, /us-east-1 +1 +9 s/);
    assert.match(
      text,
      /METRICS +STATE\n.*metrics +unknown: connect ECONNREFUSED \(`npx meridian logs`/,
    );
    assert.ok(!formatRows(statusWith([])).join("\n").includes("STATE"));
  });
});
