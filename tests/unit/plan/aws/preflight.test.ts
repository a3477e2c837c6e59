import * as assert from "node:assert/strict";
import type { RegionFacts } from "../../../../infra/providers/aws/account/facts";
import { preflight } from "../../../../infra/providers/aws/account/preflight";
import { quotaNeeds } from "../../../../infra/providers/aws/account/quotas";
import { awsPlanOf } from "../../../support/aws/plan";
import { planOf } from "../../../support/plan";
import { factsFor } from "./sample";

const two = ["eu-west-1", "us-east-1"];
const plan = awsPlanOf(two);
const paths = (facts = factsFor(plan), of = plan) => preflight(of, facts).map(({ path }) => path);
const zonesOf = (region: string, ids: Readonly<Record<string, string>>) =>
  Object.entries(ids).map(([letter, id]) => ({ name: `${region}${letter}`, id }));
const withRegion = (ofRegion: Partial<RegionFacts>) => factsFor(plan, {}, ofRegion);

describe("What is checked of an account before anything is touched", () => {
  it("finds nothing where everything is there", () => {
    assert.deepEqual(preflight(plan, factsFor(plan)), []);
  });

  it("is nothing for an environment on this machine", () => {
    assert.deepEqual(
      preflight(planOf([{ name: "eu-west-1" }]), factsFor(plan, { account: "" })),
      [],
    );
  });

  it("refuses another account, and says nothing else of it", () => {
    const [diagnostic, ...others] = preflight(
      plan,
      factsFor(plan, { account: "999999999999", enabledRegions: [] }),
    );
    assert.equal(diagnostic?.path, "meridian:aws.accountId");
    assert.match(diagnostic.expected, /999999999999/);
    assert.deepEqual(others, []);
  });

  it("refuses a region that is not switched on", () => {
    const facts = factsFor(plan, { enabledRegions: ["eu-west-1"] });
    assert.deepEqual(paths(facts), ["meridian:regions[1].name"]);
  });

  it("refuses a region without the zones asked, and names those that it has", () => {
    const facts = factsFor(plan);
    const us = facts.regions["us-east-1"] as RegionFacts;
    const lacking = { ...us, zones: zonesOf("us-east-1", { b: "any-1", d: "any-2", f: "any-3" }) };
    const diagnostics = preflight(plan, {
      ...facts,
      regions: { ...facts.regions, "us-east-1": lacking },
    });
    assert.deepEqual(
      diagnostics.map(({ path, value, expected }) => [path, value, expected]),
      ["a", "c"].map((letter, i) => [
        `meridian:regions[1].zones[${i * 2}]`,
        `"${letter}"`,
        "a zone of us-east-1 that this account has: b, d, f",
      ]),
    );
    assert.equal(diagnostics[0]?.remedy, "Write zones: [b, d, f].");
  });

  it("refuses zones that EKS refuses, by their ids, and proposes others", () => {
    for (const [name, refused] of [
      ["us-east-1", "use1-az3"],
      ["us-west-1", "usw1-az2"],
      ["ca-central-1", "cac1-az3"],
    ] as const) {
      const of = awsPlanOf([{ name }]);
      const facts = (ids: Record<string, string>) =>
        preflight(of, factsFor(of, {}, { zones: zonesOf(name, ids) }));
      const ids = { a: "any-1", b: refused, c: "any-3", d: "any-4", e: "any-5" };
      assert.deepEqual(facts(ids), [
        {
          path: "meridian:regions[0].zones[1]",
          value: '"b"',
          expected: `a zone of ${name} in which EKS runs: a, c, d, e (b is ${refused} in this account)`,
          remedy: "Write zones: [a, c, d].",
        },
      ]);
      assert.deepEqual(facts({ ...ids, b: "any-2", e: refused }), []);
      const [few] = facts({ a: "any-1", b: refused, c: "any-3" });
      assert.match(few?.remedy ?? "", /another region: this account has 2 of the 3/);
    }
  });

  it("refuses a version of EKS that is not supported, unless the list could not be read", () => {
    const plan = awsPlanOf([{ name: "eu-west-1" }], { kubernetesVersion: "1.36" });
    const [diagnostic] = preflight(plan, factsFor(plan, {}, { eksVersions: ["1.34", "1.35"] }));
    assert.equal(diagnostic?.path, "meridian:aws.kubernetesVersion");
    assert.match(diagnostic.expected, /1\.34, 1\.35/);
    assert.equal(diagnostic.remedy, 'Write kubernetesVersion: "1.35".');
    assert.deepEqual(preflight(plan, factsFor(plan, {}, { eksVersions: [] })), []);
  });

  it("refuses addresses that overlap a network that is there, but not its own", () => {
    const networks = [{ id: "vpc-1", cidrs: ["192.168.0.0/16", "10.20.0.0/20"] }];
    const [diagnostic, ...others] = preflight(plan, withRegion({ networks }));
    assert.deepEqual(
      [diagnostic?.path, diagnostic?.value],
      ["meridian:regions[0].cidr", '"10.20.0.0/16"'],
    );
    assert.match(diagnostic?.expected ?? "", /10\.20\.0\.0\/20 of vpc-1 in eu-west-1/);
    assert.deepEqual(others, []);
    const own = networks.map((network) => ({ ...network, environment: "test" }));
    assert.deepEqual(paths(withRegion({ networks: own })), []);
    const another = networks.map((network) => ({ ...network, environment: "production" }));
    assert.deepEqual(paths(withRegion({ networks: another })), ["meridian:regions[0].cidr"]);
  });

  it("lets a network have what only services use, which are in no VPC", () => {
    const networks = [{ id: "vpc-1", cidrs: [plan.regions[0]?.network.services ?? ""] }];
    assert.deepEqual(paths(withRegion({ networks })), []);
  });

  it("refuses a domain that is not there, unless its zone is to be made", () => {
    const facts = factsFor(plan);
    delete (facts as { zoneId?: string }).zoneId;
    assert.deepEqual(paths(facts), ["meridian:traffic.domain"]);
    const made = awsPlanOf(two, { zone: "create" });
    assert.deepEqual(paths(facts, made), []);
  });

  it("refuses an OIDC provider of GitHub that rejects the workflows' audience", () => {
    const of = awsPlanOf(two, { github: "example/meridian" });
    const accepting = (audiences: readonly string[]) =>
      factsFor(of, { githubProvider: { audiences } });
    assert.deepEqual(paths(accepting(["sts.amazonaws.com"]), of), []);
    const [diagnostic, ...others] = preflight(of, accepting(["https://github.com/example"]));
    assert.equal(diagnostic?.path, "meridian:aws.github");
    assert.match(
      diagnostic.remedy,
      /add-client-id.*arn:aws:iam::123456789012:oidc-provider\/token\.actions\.githubusercontent\.com --client-id sts/,
    );
    assert.deepEqual(others, []);
    assert.deepEqual(paths(accepting([])), []);
  });

  it("refuses a region that lacks a service, databases only where they are wanted", () => {
    const services = ["acm", "ec2", "ecr", "elb", "kms", "secretsmanager"];
    const of = awsPlanOf([{ name: "eu-west-1" }], { database: {}, cache: {} });
    const [diagnostic] = preflight(of, factsFor(of, {}, { services }));
    assert.equal(diagnostic?.expected, "a region with eks, rds, elasticache");
    const plain = awsPlanOf([{ name: "eu-west-1" }]);
    assert.deepEqual(paths(factsFor(plain, {}, { services: [...services, "eks"] }), plain), []);
    assert.deepEqual(paths(withRegion({ services: [] })), []);
  });

  it("refuses a quota that is too small, with the command that asks for more", () => {
    const diagnostics = preflight(
      plan,
      withRegion({ quotas: { elasticIps: 2, vpcs: 1, clusters: 1 } }),
    );
    assert.deepEqual(
      diagnostics.map(({ path, value, expected }) => [path, value, expected]),
      [
        ["quota of eu-west-1: VPCs per Region", "1", "2 or more (1 in use)"],
        ["quota of eu-west-1: EC2-VPC Elastic IPs", "2", "3 or more"],
        ["quota of eu-west-1: Clusters", "1", "2 or more"],
        ["quota of us-east-1: VPCs per Region", "1", "2 or more (1 in use)"],
        ["quota of us-east-1: EC2-VPC Elastic IPs", "2", "3 or more"],
      ],
    );
    assert.match(
      diagnostics[1]?.remedy ?? "",
      /--region eu-west-1 .*--quota-code L-0263D0A3 --desired-value 3$/,
    );
  });

  it("does not count the network that an earlier run made a second time", () => {
    const networks = [{ id: "vpc-1", cidrs: ["10.20.0.0/18"], environment: "test" }];
    assert.deepEqual(paths(withRegion({ networks, quotas: { vpcs: 1 } })), []);
  });

  it("tells everything at once", () => {
    const facts = withRegion({ zones: [], quotas: { vpcs: 0 } });
    delete (facts as { zoneId?: string }).zoneId;
    assert.equal(paths(facts).length, 1 + 3 + 3 + 2);
  });
});

describe("What an environment needs of quotas", () => {
  it("counts nodes by how they are paid for, and the hub's own", () => {
    const region = { name: "eu-west-1", nodesPerZone: 3, spotPerZone: 2 };
    const needs = quotaNeeds(awsPlanOf([region, { name: "us-east-1", nodesPerZone: 1 }]));
    const of = (name: string) =>
      Object.fromEntries(
        needs.filter((need) => need.region === name).map(({ quota, needed }) => [quota, needed]),
      );
    const common = { vpcs: 1, elasticIps: 3, natGatewaysPerZone: 1, loadBalancers: 1 };
    assert.deepEqual(of("eu-west-1"), { ...common, clusters: 2, onDemandCpus: 36, spotCpus: 24 });
    assert.deepEqual(of("us-east-1"), { ...common, clusters: 1, onDemandCpus: 12, spotCpus: 0 });
  });

  it("takes one address for a region where it has one gateway", () => {
    const needs = quotaNeeds(awsPlanOf([{ name: "eu-west-1" }], { natGateways: "region" }));
    assert.equal(needs.find(({ quota }) => quota === "elasticIps")?.needed, 1);
  });
});
