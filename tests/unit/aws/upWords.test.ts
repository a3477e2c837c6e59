import * as assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { delegationText, resultText } from "../../../cli/aws/result";
import { changedCount, changesOf, changeText, countsOf } from "../../../cli/changeSummary";
import { stepFields } from "../../../cli/documents/preview";
import { previewSummary } from "../../../cli/previewText";

const step = (op: string, type: string, name: string, diffs?: string[]): EngineEvent => {
  const urn = `urn:pulumi:staging::meridian::${type}::${name}`;
  return { resourcePreEvent: { metadata: { op, urn, type, diffs } } } as never;
};

describe("A preview for a person", () => {
  it("names few changes one by one, each once, with what differs", () => {
    const changes = changesOf([
      step("same", "aws:ec2/vpc:Vpc", "vpc"),
      step("read", "kubernetes:core/v1:Secret", "read"),
      step("create-replacement", "aws:eks/cluster:Cluster", "hub", ["name"]),
      step("delete-replaced", "aws:eks/cluster:Cluster", "hub"),
      step("update", "aws:budgets/budget:Budget", "budget", ["limitAmount"]),
    ]);
    assert.equal(
      changeText(changes),
      "To be changed: 1\n  budget (aws:budgets/budget:Budget): limitAmount",
    );
    assert.equal(changeText([]), "");
  });

  it("counts many by kind, most first", () => {
    const many = (type: string, count: number) =>
      Array.from({ length: count }, (_, index) => step("create", type, `${type}-${index}`));
    const events = [
      ...many("aws:ec2/subnet:Subnet", 20),
      ...many("kubernetes:core/v1:Secret", 25),
      ...many("aws:budgets/budget:Budget", 1),
    ];
    assert.equal(
      changeText(changesOf(events)),
      "To be created: 46\n" +
        "  objects in the clusters    25\n" +
        "  network (VPC)              20\n" +
        "  other: budgets              1",
    );
  });

  it("has one number for what changes: in its first line, in its list and in its document", () => {
    const events = [
      step("create", "pulumi:pulumi:Stack", "meridian-staging"),
      step("create", "aws:ec2/vpc:Vpc", "vpc"),
      step("replace", "aws:eks/cluster:Cluster", "hub"),
      step("create-replacement", "aws:eks/cluster:Cluster", "hub"),
      step("delete-replaced", "aws:eks/cluster:Cluster", "hub"),
      step("delete", "aws:budgets/budget:Budget", "budget"),
      step("read", "kubernetes:core/v1:Secret", "read"),
    ];
    const changes = changesOf(events);
    const counts = countsOf(changes, { create: 1, replace: 1, delete: 1, read: 1, same: 4 });
    assert.deepEqual(stepFields(counts), { create: 1, update: 0, replace: 1, delete: 1, same: 4 });
    assert.equal(previewSummary(counts), "3 of 7 resources to change");
    assert.equal(changes.length, 3);
    assert.match(changeText(changes), /^To be created: 1\n {2}vpc /);
  });

  it("takes what is only read for no change", () => {
    assert.equal(changedCount({ same: 475, read: 1 }), 0);
    assert.equal(changedCount({ same: 1, create: 2, update: 3, replace: 4, delete: 5 }), 14);
  });
});

describe("What `up` says in the end", () => {
  const result = {
    environment: "staging",
    domain: "example.org",
    apps: ["shop", "blog"],
    outputs: { edges: { "eu-west-1": "lb.example" }, nameServers: ["ns-1.example"] },
    clusters: [
      { name: "hub-eu-west-1", eksName: "meridian-staging-hub-eu-west-1", region: "eu-west-1" },
      { name: "eu-west-1", eksName: "meridian-staging-eu-west-1", region: "eu-west-1" },
    ],
  };

  it("names clusters, edges, and what to type next", () => {
    const text = resultText(result);
    assert.match(text, /\neu-west-1 +eu-west-1 +meridian-staging-eu-west-1 +lb\.example\n/);
    assert.match(text, /Apps: https:\/\/shop\.example\.org, https:\/\/blog\.example\.org\n/);
    assert.match(
      text,
      /aws eks update-kubeconfig --region eu-west-1 --name meridian-staging-eu-west-1 --alias staging-eu-west-1\n/,
    );
    assert.match(text, /kubectl --context staging-hub-eu-west-1 -n argocd get applications$/);
  });

  it("tells how to delegate a zone that was made, and nothing of one that was there", () => {
    assert.ok(resultText(result).includes(delegationText("example.org", ["ns-1.example"])));
    assert.match(
      delegationText("example.org", ["ns-1.example"]),
      /add a record NS example\.org .*\n {4}ns-1\.example\n/,
    );
    assert.doesNotMatch(resultText({ ...result, outputs: {} }), /delegate/);
  });
});
