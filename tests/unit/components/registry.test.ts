import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Component } from "../../../infra/components/component";
import {
  componentPortNames,
  planProcesses,
  regionServiceNames,
} from "../../../infra/components/processes";
import { components, componentsOf } from "../../../infra/components/registry";
import { environmentSchemasOf } from "../../../infra/config/schema";
import { readOnly, tcp, unix } from "../../../infra/plan/socketRule";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { planOf, small } from "../../support/plan";

/** A part that the platform does not have. */
const echo: Component = {
  name: "echo",
  processes: [
    {
      place: "region",
      name: (region) => `echo-${region}`,
      sockets: [tcp("echo", "*/echo", readOnly), unix("echo", "echo.sock", "control")],
      authorities: { kubeconfig: "own", "hub.json#api": "hub" },
    },
    {
      place: "hub",
      name: () => "echo-index",
      sockets: [tcp("echo", "echo/http", readOnly)],
      runs: ({ regions }) => regions.length > 1,
    },
  ],
};

describe("components", () => {
  it("are the folders, each with a name of its own", () => {
    const folder = path.join(repositoryRoot, "infra/components");
    const folders = fs
      .readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    assert.deepEqual(components.map(({ name }) => name).sort(), folders.sort());
  });

  it("have options of their own in the configuration", () => {
    for (const provider of ["local", "aws"] as const) {
      const own = components.flatMap(({ configuration }) =>
        Object.keys(configuration?.options[provider] ?? {}),
      );
      const platform = Object.keys(environmentSchemasOf([])[provider].shape);
      assert.equal(new Set([...platform, ...own]).size, platform.length + own.length);
    }
  });

  it("have processes of different names, however many regions there are", () => {
    const plan = planOf([small("eu-west-1"), small("us-east-1")]);
    const used = componentsOf(plan.environment);
    const names = planProcesses(plan).map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const region of ["eu-west-1", "us-east-1"])
      for (const name of regionServiceNames(region, used)) assert.ok(names.includes(name), name);
  });

  it("bring their processes, ports and authorities by what they say, and nothing else", () => {
    const one = planOf([small("eu-west-1")]);
    const two = planOf([small("eu-west-1"), small("us-east-1")]);
    const beside = (region: string) => ({
      name: `echo-${region}`,
      authorities: { kubeconfig: region, "hub.json#api": "hub" },
    });
    assert.deepEqual(planProcesses(one, [echo]), [beside("eu-west-1")]);
    assert.deepEqual(planProcesses(two, [echo]), [
      beside("eu-west-1"),
      beside("us-east-1"),
      { name: "echo-index", authorities: {} },
    ]);
    assert.deepEqual(regionServiceNames("us-east-1", [echo]), ["echo-us-east-1"]);
    assert.deepEqual(componentPortNames(["eu-west-1", "us-east-1"], [echo]), [
      "eu-west-1/echo",
      "us-east-1/echo",
      "echo/http",
    ]);
    const without = planProcesses(two).map(({ name }) => name);
    assert.deepEqual(
      planProcesses(two, [...components, echo])
        .map(({ name }) => name)
        .filter((name) => !without.includes(name)),
      ["echo-eu-west-1", "echo-us-east-1", "echo-index"],
    );
  });
});
