import * as assert from "node:assert/strict";
import { CommanderError } from "commander";
import type { Change } from "../../../cli/changeSummary";
import { failureOf } from "../../../cli/documents/failure";
import { previewFields } from "../../../cli/documents/preview";
import {
  failureSchema,
  type PreviewFields,
  previewSchema,
  type UpFields,
  upSchema,
} from "../../../cli/documents/schemas";
import { outputFields, runFields, statusFields } from "../../../cli/documents/up";
import { ConfigurationError } from "../../../infra/config/report";
import { planAws } from "../../../infra/providers/aws/plan";
import { CommandError, diagnosticsError } from "../../../operations/errors";
import { composeStatus } from "../../../operations/status/compose";
import { awsPlanOf } from "../../support/aws/plan";
import { application, inOrder } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([
  small("eu-west-1", { weight: 2, zones: ["a", "b"], nodesPerZone: 2 }),
  small("us-east-1", { weight: 1 }),
]);
const change = (name: string, how: Change["how"], type = "meridian:index:Service"): Change => ({
  ...{ name, how, type },
  properties: how === "changed" ? ["files"] : [],
});
const demand = (replicas: number) => ({
  ...{ name: "web", replicas },
  ...{ cpuMillicores: 1, memoryBytes: 1 },
});
const shop = { name: "shop", namespace: "shop", objects: [], demands: [demand(6), demand(1)] };

const parsedPreview = (fields: PreviewFields) =>
  previewSchema.parse({ ok: true, command: "preview", environment: "test", ...fields });
const parsedUp = (fields: Partial<UpFields>) =>
  upSchema.parse({ ok: true, command: "up", environment: "test", ...fields });

describe("The document of `preview --json`", () => {
  const preview = (created: readonly string[], changes: readonly Change[] = []) =>
    parsedPreview(
      previewFields({
        ...{ plan, changes, created, apps: [shop], warnings: ["! one"] },
        counts: { create: 2, update: 1, same: 3, read: 4 },
      }),
    );

  it("has the regions that the run creates and deletes, with their share of the replicas", () => {
    const { regions, rebalances } = preview(["hub", "federation", "eu-west-1", "eu-north-1"]);
    assert.deepEqual(regions, [
      { name: "eu-west-1", change: null, zones: 2, nodes: 4, replicaPercent: 66.7 },
      { name: "us-east-1", change: "create", zones: 1, nodes: 1, replicaPercent: 33.3 },
      { name: "eu-north-1", change: "delete", zones: 0, nodes: 0, replicaPercent: 0 },
    ]);
    assert.equal(rebalances, true);
  });

  it("divides no replicas again on a first start, or while the regions stay", () => {
    assert.equal(preview([]).rebalances, false);
    assert.equal(preview(["eu-west-1", "us-east-1"]).rebalances, false);
  });

  it("has each app's address and its replicas by region", () =>
    assert.deepEqual(preview([]).apps, [
      {
        name: "shop",
        address: `http://shop.${plan.traffic.domain}`,
        replicas: 7,
        byRegion: { "eu-west-1": 5, "us-east-1": 2 },
      },
    ]));

  it("has the engine's steps, and each resource that changes", () => {
    const changes = [change("gateway", "created"), change("dns", "changed")];
    const { steps, resources, cost, warnings } = preview([], changes);
    assert.deepEqual(steps, { create: 2, update: 1, replace: 0, delete: 0, same: 3 });
    assert.deepEqual(
      resources.map((one) => [one.name, one.change, one.properties]),
      [
        ["gateway", "create", []],
        ["dns", "update", ["files"]],
      ],
    );
    assert.equal(cost, null);
    assert.deepEqual(warnings, ["one"]);
  });

  it("has cost, data that is lost and protection, on AWS", () => {
    const onAws = awsPlanOf(["eu-west-1", "us-east-1"], {}, { apps: ["shop"] });
    const { cost } = planAws(onAws, "2026-01-01");
    const changes = [
      change("log", "deleted", "aws:cloudwatch/logGroup:LogGroup"),
      change("data", "replaced", "aws:rds/cluster:Cluster"),
    ];
    const document = parsedPreview(
      previewFields({
        ...{ plan: onAws, changes, counts: {}, warnings: [] },
        ...{ created: undefined, apps: undefined },
        cost: { ...cost, budget: 100 },
        protectedNames: ["data"],
      }),
    );
    assert.equal(document.cost?.monthly, Math.round(cost.monthlyUsd * 100) / 100);
    assert.equal(document.cost.budget, 100);
    assert.equal(document.cost.items.length, cost.items.length);
    assert.deepEqual(
      document.resources.map((one) => [one.name, one.holdsData, one.protected]),
      [
        ["log", false, false],
        ["data", true, true],
      ],
    );
    assert.deepEqual(document.apps, [
      {
        name: "shop",
        address: `https://shop.${onAws.traffic.domain}`,
        replicas: null,
        byRegion: null,
      },
    ]);
    assert.deepEqual(
      document.regions.map((one) => one.change),
      [null, null],
    );
  });
});

describe("The document of `up --json`", () => {
  const run = { provider: "local" as const, seconds: 1.5, ...runFields({ create: 1 }, ["! one"]) };
  const ports = { "dns/dns": 5300 };

  it("has regions, apps and addresses of a platform in order", () => {
    const status = composeStatus(plan, inOrder(plan));
    const document = parsedUp({ ...run, ...statusFields(status, plan, undefined, ports) });
    assert.equal(document.ready, true);
    assert.equal(document.held, null);
    assert.deepEqual(document.regions[0], {
      ...{ name: "eu-west-1", ready: true },
      gateway: "http://eu-west-1.test",
    });
    assert.deepEqual(
      document.apps.map(({ name, ready, address }) => [name, ready, address]),
      [["shop", true, `http://shop.${plan.traffic.domain}`]],
    );
    assert.equal(document.addresses.dns, "127.0.0.1:5300");
    assert.deepEqual(document.warnings, ["one"]);
  });

  it("has the reasons of an app that is not ready, and why apps are not waited for", () => {
    const conditions = [{ type: "ComparisonError", message: "no such path" }];
    const broken = application("shop", { health: { status: "Degraded" }, conditions });
    const applications = [application("bootstrap"), broken];
    const status = composeStatus(plan, { ...inOrder(plan), applications });
    const { apps, held } = parsedUp({ ...run, ...statusFields(status, plan, "frozen", {}) });
    assert.equal(held, "frozen");
    const [app] = apps;
    assert.deepEqual([app?.ready, app?.health], [false, "Degraded"]);
    assert.match(app?.reasons[0]?.message ?? "", /no such path/);
  });

  it("has load balancers and name servers on AWS, where Argo CD delivers later", () => {
    const onAws = awsPlanOf(["eu-west-1", "us-east-1"], {}, { apps: ["shop"] });
    const outputs = { edges: { "eu-west-1": "lb.example" }, nameServers: ["ns.example"] };
    const document = parsedUp({
      ...run,
      provider: "aws",
      ...outputFields(onAws, outputs, undefined),
    });
    assert.equal(document.ready, null);
    assert.deepEqual(document.regions, [
      { name: "eu-west-1", ready: null, gateway: "lb.example" },
      { name: "us-east-1", ready: null, gateway: null },
    ]);
    assert.deepEqual(document.addresses.nameServers, ["ns.example"]);
    assert.equal(document.apps[0]?.address, `https://shop.${onAws.traffic.domain}`);
  });
});

describe("The document of a failed command", () => {
  const mistake = {
    path: "meridian:regions",
    value: "0",
    expected: "a list",
    remedy: "Write one.",
  };
  const parsed = (error: unknown, interrupted = false) =>
    failureSchema.parse({
      ...{ ok: false, command: "up" },
      ...failureOf(error, "\x1b[31mIt failed.\x1b[39m\n", interrupted),
    });

  it("has the sentence of an error whose message for a person is a table, unless it was interrupted", () => {
    const error = new CommandError("REGION  VERSION", [], "local is not ready: cart.");
    assert.equal(parsed(error).error.message, "local is not ready: cart.");
    assert.equal(parsed(error, true).error.message, "It failed.");
    assert.equal(parsed(new CommandError("no")).error.message, "It failed.");
  });

  for (const [what, error, kind] of [
    ["a refusal", new CommandError("no"), "failed"],
    ["wrong arguments", new CommanderError(1, "commander.unknownOption", "no"), "usage"],
    ["a configuration with mistakes", new ConfigurationError([mistake], "a.yaml"), "invalid"],
    ["apps with mistakes", diagnosticsError([{ ...mistake, line: 3 }], "apps"), "invalid"],
    ["a fault of Meridian", new TypeError("no"), "unexpected"],
    // Not an error of Meridian's: its field is no list of mistakes.
    ["a foreign error", Object.assign(new Error("no"), { diagnostics: [1] }), "unexpected"],
  ] as const)
    it(`names ${what}, in plain text`, () => {
      const document = parsed(error);
      assert.deepEqual(document.error, { kind, message: "It failed." });
      assert.equal(document.diagnostics.length, kind === "invalid" ? 1 : 0);
    });

  it("has each mistake with path, value, expectation and remedy", () => {
    const { diagnostics } = parsed(diagnosticsError([{ ...mistake, line: 3 }], "apps"));
    assert.deepEqual(diagnostics, [{ ...mistake, line: 3 }]);
  });

  it("says that it was interrupted, whatever error that caused", () => {
    const { error, diagnostics } = parsed(new ConfigurationError([mistake], "a.yaml"), true);
    assert.equal(error.kind, "interrupted");
    assert.deepEqual(diagnostics, []);
  });
});
