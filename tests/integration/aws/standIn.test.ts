import * as assert from "node:assert/strict";
import { type Facts, ordinaryFacts } from "../../support/aws/facts";
import { readOperations } from "../../support/aws/log";
import { allowDeletion, readMade } from "../../support/aws/made";
import { account, configuration, Talk, unknown } from "../../support/aws/talk";
import { until } from "../../support/until";

const [vpc, subnet] = ["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"];

describe("The stand-in for the aws provider", function () {
  // A process that compiles TypeScript as it loads, on a machine that may be busy.
  this.timeout(30_000);
  const talks: Talk[] = [];
  let talk: Talk;

  async function begin(): Promise<Talk> {
    const begun = await Talk.begin();
    talks.push(begun);
    return begun;
  }

  before(async () => {
    talk = await begin();
    await talk.configure();
  });
  afterEach(() => talk.facts({}));
  after(() => Promise.all(talks.map((each) => each.end())));

  describe("refuses", () => {
    it("a type that the table does not have, whatever is asked of it", async () => {
      const message = /does not know the type aws:ec2\/moon:Moon.*tests\/support\/aws\/table/;
      await assert.rejects(talk.failures("check", "aws:ec2/moon:Moon", {}), message);
      await assert.rejects(talk.create("aws:ec2/moon:Moon", "thing", {}), message);
    });

    it("an input that is missing; one that is not known yet is there", async () => {
      assert.deepEqual(await talk.failures("check", subnet, { cidrBlock: "10.0.0.0/24" }), [
        ["vpcId", "Missing required argument: aws:ec2/subnet:Subnet needs vpcId"],
      ]);
      assert.deepEqual(await talk.failures("check", subnet, { vpcId: unknown }), []);
    });

    it("where none of several inputs is there, and takes any of them", async () => {
      assert.deepEqual(await talk.failures("check", vpc, {}), [
        ["cidrBlock", `Missing required argument: ${vpc} needs cidrBlock or ipv4IpamPoolId`],
      ]);
      assert.deepEqual(await talk.failures("check", vpc, { ipv4IpamPoolId: "pool" }), []);
    });

    it("to delete what may not be deleted", async () => {
      const kept = { cidrBlock: "10.0.0.0/16", deletionProtection: true };
      const { id } = await talk.create(vpc, "kept", kept);
      const message = /deletionProtection is enabled/;
      await assert.rejects(talk.delete(vpc, "kept", id, kept), message);
      for (const one of readMade(talk.world).filter((each) => each.id === id))
        allowDeletion(talk.world, one);
      await talk.delete(vpc, "kept", id, kept);
    });

    it("a function that it has no answer for", async () => {
      await assert.rejects(talk.invoke("aws:ec2/getMoon:getMoon"), /does not know the function/);
    });
  });

  describe("compares", () => {
    it("what is equal, however deep: no change", async () => {
      const inputs = { cidrBlock: "10.0.0.0/16", tags: { a: { b: ["c"] } } };
      const same = await talk.provider.diff(vpc, {}, structuredClone(inputs), inputs);
      assert.deepEqual([same.none, same.diffs, same.replaces], [true, [], []]);
    });

    it("by inputs: what was computed meanwhile is no change", async () => {
      const inputs = { cidrBlock: "10.0.0.0/16" };
      const same = await talk.provider.diff(vpc, { ...inputs, arn: "a" }, inputs, inputs);
      assert.equal(same.none, true);
    });

    it("what the table says to replace on: a replacement, the new one first", async () => {
      const before = { cidrBlock: "10.0.0.0/16", tags: { a: "b" } };
      const news = { cidrBlock: "10.1.0.0/16", tags: { a: "c" } };
      const found = await talk.provider.diff(vpc, before, news, before);
      assert.deepEqual(found.diffs, ["cidrBlock", "tags"]);
      assert.deepEqual([found.replaces, found.deleteFirst], [["cidrBlock"], false]);
    });

    it("what is not known yet with what is: it may differ", async () => {
      const before = { vpcId: "vpc-1" };
      const found = await talk.provider.diff(subnet, before, { vpcId: unknown }, before);
      assert.deepEqual(found.replaces, ["vpcId"]);
    });
  });

  describe("makes", () => {
    it("in a preview: inputs as they are, what is computed unknown, and nothing for real", async () => {
      const { id, outputs } = await talk.create(vpc, "planned", { cidrBlock: "10.0.0.0/16" }, true);
      assert.equal(id, "");
      assert.deepEqual(outputs, { cidrBlock: "10.0.0.0/16", arn: unknown, ownerId: unknown });
      assert.equal(
        readMade(talk.world).some(({ name }) => name === "planned"),
        false,
      );
    });

    it("what the table computes, with region and account of the configuration", async () => {
      const { id, outputs } = await talk.create(vpc, "net", { cidrBlock: "10.0.0.0/16" });
      assert.equal(id, "Vpc-net");
      assert.equal(outputs["arn"], `arn:aws:ec2:eu-west-1:${account}:vpc/Vpc-net`);
      const made = readMade(talk.world).find(({ name }) => name === "net");
      assert.deepEqual(made?.tags, { "meridian.dev/environment": "test" });
    });

    it("a replacement under another id, since the old one is still there", async () => {
      const inputs = { cidrBlock: "10.0.0.0/16" };
      const ids = [
        (await talk.create(vpc, "twice", inputs)).id,
        (await talk.create(vpc, "twice", inputs)).id,
      ];
      assert.deepEqual(ids, ["Vpc-twice", "Vpc-twice-2"]);
      for (const id of ids) await talk.delete(vpc, "twice", id);
      assert.equal((await talk.create(vpc, "twice", inputs)).id, "Vpc-twice");
    });

    it("an update that keeps what was computed and lets go what is no longer given", async () => {
      const before = { cidrBlock: "10.0.0.0/16", enableDnsSupport: true };
      const { id, outputs } = await talk.create(vpc, "thing", before);
      const olds = { ...outputs, arn: "computed once" };
      const news = { cidrBlock: "10.0.0.0/16", tags: { a: "b" } };
      assert.deepEqual(await talk.update(vpc, id, olds, before, news), {
        ...news,
        arn: "computed once",
        ownerId: account,
      });
    });
  });

  it("forgets with something what AWS deletes along with it", async () => {
    const bucket = "aws:s3/bucket:Bucket";
    const policy = "aws:s3/bucketPolicy:BucketPolicy";
    const { id } = await talk.create(bucket, "logs", { bucket: "logs" });
    await talk.create(policy, "logs", { bucket: "logs", policy: "{}" });
    await talk.create(policy, "others", { bucket: "others", policy: "{}" });
    await talk.delete(bucket, "logs", id, { bucket: "logs" });
    const left = readMade(talk.world).filter(({ type }) => type.startsWith("aws:s3/"));
    assert.deepEqual(
      left.map(({ name }) => name),
      ["others"],
    );
  });

  describe("answers from the facts", () => {
    it("which zones a region has, and which versions EKS offers", async () => {
      const zones = await talk.invoke("aws:index/getAvailabilityZones:getAvailabilityZones");
      assert.deepEqual(zones["names"], ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
      const versions = await talk.invoke("aws:eks/getClusterVersions:getClusterVersions");
      const found = versions["clusterVersions"] as { clusterVersion: string }[];
      assert.deepEqual(
        found.map(({ clusterVersion }) => clusterVersion),
        ["1.30", "1.31", "1.34", "1.35", "1.36"],
      );
    });

    it("which services a region has", async () => {
      const path = "/aws/service/global-infrastructure/regions/eu-west-1/services";
      const ask = () => talk.invoke("aws:ssm/getParametersByPath:getParametersByPath", { path });
      assert.ok(((await ask())["values"] as string[]).includes("eks"));
      const known = ordinaryFacts.regions["eu-west-1"] as Facts["regions"][string];
      talk.facts({ regions: { "eu-west-1": { ...known, lacks: ["eks"] } } });
      assert.equal(((await ask())["values"] as string[]).includes("eks"), false);
    });

    it("which networks exist: those of before and those that it made", async () => {
      const { id } = await talk.create(vpc, "seen", { cidrBlock: "10.9.0.0/16" });
      const { ids } = await talk.invoke("aws:ec2/getVpcs:getVpcs");
      assert.ok((ids as string[]).includes("vpc-default") && (ids as string[]).includes(id));
      assert.equal(
        (await talk.invoke("aws:ec2/getVpc:getVpc", { id }))["cidrBlock"],
        "10.9.0.0/16",
      );
      const tags = { "meridian.dev/environment": "other" };
      assert.deepEqual((await talk.invoke("aws:ec2/getVpcs:getVpcs", { tags }))["ids"], []);
    });

    it("who one is, what a quota allows, and which hosted zones there are", async () => {
      const who = await talk.invoke("aws:index/getCallerIdentity:getCallerIdentity");
      assert.equal(who["accountId"], account);
      const quota = { serviceCode: "vpc", quotaCode: "L-F678F1CE" };
      const token = "aws:servicequotas/getServiceQuota:getServiceQuota";
      assert.equal((await talk.invoke(token, quota))["value"], 1000);
      const zone = await talk.invoke("aws:route53/getZone:getZone", { name: "example.com." });
      assert.equal(zone["zoneId"], "ZEXAMPLE");
      const stranger = talk.invoke("aws:route53/getZone:getZone", { name: "example.org" });
      await assert.rejects(stranger, /no matching Route 53 Hosted Zone found/);
    });

    it("what a refresh finds, and what somebody took away by hand", async () => {
      assert.equal(await talk.read(vpc, "Vpc-net"), "Vpc-net");
      assert.equal(await talk.read(vpc, "Vpc-never"), "");
      talk.facts({ gone: ["Vpc-net"] });
      assert.equal(await talk.read(vpc, "Vpc-net"), "");
    });
  });

  describe("takes credentials", () => {
    it("that are not there or have expired for a failure, in the words of the real provider", async () => {
      const type = "pulumi:providers:aws";
      assert.deepEqual(await talk.failures("checkConfig", type, configuration), []);
      talk.facts({ credentials: "missing" });
      const [missing] = await talk.failures("checkConfig", type, configuration);
      assert.match(missing?.[1] ?? "", /^No valid credential sources found\./);
      await assert.rejects(talk.configure(), /No valid credential sources found/);
      talk.facts({ credentials: "expired" });
      const [expired] = await talk.failures("checkConfig", type, configuration);
      assert.match(
        expired?.[1] ?? "",
        /^unable to validate AWS credentials\.[^]*ExpiredToken: The/,
      );
    });

    it("of another account than is allowed for a failure", async () => {
      talk.facts({ account: "999999999999" });
      await assert.rejects(talk.configure(), {
        details: "AWS account ID not allowed: 999999999999",
      });
    });
  });

  describe("in trouble", () => {
    const since = () => new Date().toISOString();

    it("fails the nth creation, and only that", async () => {
      const fault = {
        type: subnet,
        op: "create",
        nth: 2,
        action: "fail",
        message: "no more",
      } as const;
      talk.facts({ faults: [{ ...fault, since: since() }] });
      await talk.create(subnet, "first", { vpcId: "v" });
      await assert.rejects(talk.create(subnet, "second", { vpcId: "v" }), /no more/);
      await talk.create(subnet, "third", { vpcId: "v" });
    });

    it("of a region that is silent: nothing there works, and elsewhere all does", async () => {
      const regions = ordinaryFacts.regions;
      const silent = { ...(regions["eu-west-1"] as Facts["regions"][string]), silent: true };
      talk.facts({ regions: { ...regions, "eu-west-1": silent } });
      const refused = /https:\/\/ec2\.eu-west-1\.amazonaws\.com\/.*i\/o timeout/;
      await assert.rejects(talk.create(vpc, "lost", { cidrBlock: "10.0.0.0/16" }), refused);
      await assert.rejects(talk.read(vpc, "Vpc-net"), refused);
      await assert.rejects(talk.configure(), /sts\.eu-west-1\.amazonaws\.com/);
      await talk.configure({ ...configuration, stsRegion: "us-east-1" });
      await talk.create(vpc, "elsewhere", { cidrBlock: "10.0.0.0/16", region: "us-east-1" });
    });

    for (const [action, made] of [
      ["kill-before", []],
      ["kill-after", ["half"]],
    ] as const) {
      it(`is killed (${action}): the log shows a start without an end`, async () => {
        const victim = await begin();
        await victim.configure();
        const fault = { type: vpc, op: "create", action, since: since() } as const;
        victim.facts({ faults: [fault] });
        await assert.rejects(victim.create(vpc, "half", { cidrBlock: "10.0.0.0/16" }));
        await until("it has ended", () => victim.provider.endedBy === "SIGKILL");
        assert.deepEqual(victim.lines().slice(1), ["start create half eu-west-1 -"]);
        assert.deepEqual(
          readMade(victim.world).map(({ name }) => name),
          made,
        );
      });
    }
  });

  it("logs what it is asked, in order, and no inputs", async () => {
    const before = talk.lines().length;
    const inputs = { cidrBlock: "10.0.0.0/16", password: "PRIVATE" };
    await talk.failures("check", vpc, inputs);
    await talk.create(vpc, "logged", inputs, true);
    const { id } = await talk.create(vpc, "logged", { ...inputs, region: "us-east-1" });
    await talk.invoke("aws:index/getRegion:getRegion", { region: "us-west-2" });
    await assert.rejects(talk.create("aws:ec2/moon:Moon", "moon", inputs));
    assert.deepEqual(talk.lines().slice(before), [
      "end check thing eu-west-1 -",
      "end create logged eu-west-1 - preview",
      "start create logged us-east-1 -",
      `end create logged us-east-1 ${id}`,
      "end invoke eu-west-1 us-west-2 -",
      "start create moon eu-west-1 -",
      "failed create moon eu-west-1 -",
    ]);
    assert.doesNotMatch(JSON.stringify(readOperations(talk.world)), /PRIVATE/);
  });
});
