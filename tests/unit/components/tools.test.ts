import * as assert from "node:assert/strict";
import type { Component } from "../../../infra/components/component";
import { components, componentsOf } from "../../../infra/components/registry";
import { toolsOf } from "../../../infra/components/tools";
import { platformTools } from "../../../toolchain";
import { pins } from "../../../toolchain/pins";
import { planOf, small } from "../../support/plan";

const { environment } = planOf([small("eu-west-1")]);
const sorted = (names: readonly string[]) => [...names].sort();

describe("the tools of an environment", () => {
  it("are those that its components name: every local platform needs each that no group has", () => {
    const needed = toolsOf("local", componentsOf(environment));
    const optional = pins.filter(({ only }) => only === "component").map(({ name }) => name);
    assert.deepEqual(
      sorted(needed.filter((name) => !optional.includes(name))),
      sorted(platformTools),
    );
    for (const name of optional) assert.ok(toolsOf("local").includes(name), `${name} has no use`);
  });

  it("on AWS are the engine's and the kinds that no chart has", () => {
    assert.deepEqual(toolsOf("aws"), [
      "pulumi",
      "pulumi-resource-kubernetes",
      "argo-rollouts-crds",
    ]);
  });

  it("follow a component into an environment that uses it, and out of any other", () => {
    const load: Component = {
      name: "load",
      isUsed: ({ regions }) => regions.length > 1,
      tools: { local: ["dnsperf"] },
    };
    const all = [...components, load];
    const toolsIn = (names: readonly string[], of = all) =>
      toolsOf("local", componentsOf(planOf(names.map((name) => small(name))).environment, of));
    assert.ok(toolsIn(["eu-west-1", "us-east-1"]).includes("dnsperf"));
    assert.deepEqual(toolsIn(["eu-west-1"]), toolsIn(["eu-west-1"], [...components]));
  });
});
