import * as assert from "node:assert/strict";
import { ordinaryFacts, type RegionFacts } from "../../support/aws/facts";
import type { Configuration, World } from "../../support/aws/world";
import { platformStack, platformWorld, Steps } from "../../e2e/support/account";

/** The report as a person reads it: without colours, and each blank as one. */
function plain(text: string): string {
  return text.replace(/\x1b\[[0-9;]*m|<\{%[^%]*%\}>/g, "").replace(/\s+/g, " ");
}

describe("staging with an account that cannot hold it", function () {
  this.timeout(120_000);
  let world: World;

  before(async () => {
    world = await platformWorld("bad-input");
  });
  after(() => world?.destroy());
  beforeEach(() => world.change(ordinaryFacts));

  /** What an `up` that has to fail says. Nothing is to be there after it but the connections. */
  const refused = async (configure?: (config: Configuration) => void): Promise<string> => {
    const stack = await platformStack(world, "staging", configure);
    const steps = new Steps();
    await assert.rejects(stack.up({ onEvent: steps.see }));
    const allowed = /^create (pulumi:pulumi:Stack|pulumi:providers:aws) /;
    assert.deepEqual(
      steps.ended.filter((step) => !allowed.test(step)),
      [],
    );
    assert.deepEqual(world.made(), []);
    return plain(steps.said);
  };

  const region = (name: string, facts: Partial<RegionFacts>) => {
    const { regions } = world.facts();
    const known = regions[name];
    assert.ok(known);
    world.change({ regions: { ...regions, [name]: { ...known, ...facts } } });
  };

  it("says all that it lacks in one report, with what to do about each", async () => {
    const only = (version: string) => ({ version, status: "STANDARD_SUPPORT" as const });
    region("eu-west-1", {
      zones: ["a", "b", "d"],
      eksVersions: [only("1.33")],
      quotas: { "*": 1000, "vpc/L-F678F1CE": 0 },
    });
    region("us-east-1", {
      zones: ["a", "b", "c", "d"],
      zoneIds: { b: "use1-az3" },
      eksVersions: [only("1.33")],
      vpcs: [{ id: "vpc-theirs", cidrBlock: "10.0.0.0/8" }],
      lacks: ["eks"],
    });
    world.change({ hostedZones: [{ id: "ZOTHER", name: "other.example.com" }] });
    const said = await refused();
    for (const expected of [
      /meridian:traffic\.domain.*"staging\.example\.com".*hosted zone/,
      /regions\[0\]\.zones\[2\].*"c".*a, b, d/,
      /kubernetesVersion.*serves in eu-west-1: 1\.33/,
      /regions\[1\]\.zones\[1\].*"b".*a, c, d \(b is use1-az3.*Write zones: \[a, c, d\]/,
      /regions\[1\]\.cidr.*10\.0\.0\.0\/8 of vpc-theirs in us-east-1/,
      /regions\[1\]\.name.*"us-east-1".*a region with eks/,
      /quota of eu-west-1.*aws service-quotas request-service-quota-increase --region eu-west-1/,
    ]) {
      assert.match(said, expected);
    }
  });

  it("says that a region is not switched on", async () => {
    const { regions } = world.facts();
    const on = Object.entries(regions).filter(([name]) => name !== "us-east-1");
    world.change({ regions: Object.fromEntries(on) });
    assert.match(await refused(), /us-east-1/);
  });

  it("refuses a version of Kubernetes that EKS has given up, before it asks AWS", async () => {
    const asked = world.log().length;
    const said = await refused((config) => {
      Object.assign(config["meridian:aws"] as object, { kubernetesVersion: "1.29" });
    });
    assert.match(said, /meridian:aws\.kubernetesVersion.*"1\.29".*EKS serves/);
    assert.equal(world.log().length, asked);
  });

  it("says what to do about credentials that are missing, expired or another account's", async () => {
    world.change({ credentials: "missing" });
    // In the provider's own words: it looks before the program may.
    assert.match(await refused(), /No valid credential sources found/);
    world.change({ credentials: "expired" });
    assert.match(await refused(), /The security token included in the request is expired/);
    world.change({ credentials: "valid", account: "999999999999" });
    assert.match(await refused(), /those of 999999999999.*AWS_PROFILE/);
  });
});
