import assert from "node:assert/strict";
import { cpuMillicores, memoryBytes } from "../../../infra/config/quantity";
import { parseEnvironment } from "../../../infra/config/parse";
import { ConfigurationError, formatDiagnostics } from "../../../infra/config/report";
import { defaultCidr, knownRegions } from "../../../infra/config/addressing";
import { parsed, diagnosticsOf, sound, soundAws, withRegion } from "./sample";

describe("parseEnvironment", () => {
  it("fills in every default", () => {
    assert.deepEqual(parsed({ provider: "local", regions: [{ name: "eu-west-1" }] }), {
      name: "test",
      provider: "local",
      regions: [
        {
          name: "eu-west-1",
          role: "hub",
          zones: ["a", "b", "c"],
          nodesPerZone: 2,
          spotPerZone: 1,
          node: { instanceType: "m7i.xlarge", cpu: 4, memory: "16Gi", pods: 110 },
          weight: 1,
          attributes: {},
          cidr: "10.20.0.0/16",
        },
      ],
      federation: { failover: { profile: "fast", failback: { mode: "manual" } } },
      delivery: {
        repository: ".",
        track: { kind: "branch", branch: "HEAD" },
        overlays: "test",
        pollSeconds: 60,
        freezes: [],
      },
      traffic: { domain: "test.meridian.test", ttlSeconds: 2 },
    });
  });

  it("keeps what is given", () => {
    const region = {
      name: "mars-1",
      role: "hub",
      zones: ["x"],
      nodesPerZone: 3,
      spotPerZone: 0,
      node: { instanceType: "m7g.large", cpu: 1.5, memory: "8G", pods: 29 },
      weight: 7,
      attributes: { tier: "gold" },
      cidr: "192.168.0.0/20",
    };
    const failback = { mode: "automatic", steadySeconds: 120, maxConcurrent: 3 };
    const federation = { failover: { profile: "steady", evictionsPerSecond: 20, failback } };
    const freeze = { from: "2026-12-20T18:00:00Z", to: "2027-01-04T06:00:00Z", reason: "holidays" };
    const delivery = {
      ...{ repository: "https://example.com/x.git", overlays: "shop", pollSeconds: 60 },
      track: { tags: ">=1.0.0 <3", approval: "none", after: "staging" },
      freezes: [freeze],
    };
    const traffic = { domain: "shop.example", ttlSeconds: 60 };
    const environment = parsed({ ...sound(), regions: [region], federation, delivery, traffic });
    assert.deepEqual(environment.regions, [region]);
    assert.deepEqual(environment.federation, federation);
    assert.deepEqual(environment.delivery, {
      ...delivery,
      track: { kind: "tags", ...delivery.track },
    });
    assert.deepEqual(environment.traffic, traffic);
  });

  it("fills in what a sign-on asks for, and who may do nothing; without both they are not there", () => {
    const repository = "https://git.test/owner/name";
    const sso = { issuer: "https://login.test/realm", clientId: "argocd" };
    const access = { operators: ["shop operators", "team:on-call@example.com"] };
    const { delivery } = parsed(soundAws({}, { delivery: { repository, sso, access } }));
    assert.deepEqual(delivery.sso, {
      ...sso,
      scopes: ["openid", "profile", "email", "groups"],
      groupsClaim: "groups",
    });
    assert.deepEqual(delivery.access, { admins: [], developers: [], ...access });
    const without = parsed(soundAws()).delivery;
    assert.ok(!("sso" in without) && !("access" in without));
  });

  it("makes a domain of the environment's name, unless one is given", () => {
    assert.deepEqual(parsed({ ...sound(), traffic: { ttlSeconds: 9 } }).traffic, {
      domain: "test.meridian.test",
      ttlSeconds: 9,
    });
    const longest = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.d`;
    for (const domain of ["a.b", "xn--bcher-kva.example", "1.2", longest])
      assert.deepEqual(parsed({ ...sound(), traffic: { domain } }).traffic, {
        domain,
        ttlSeconds: 2,
      });
  });

  it("makes the first region that does not refuse the hub", () => {
    const roles = (raw: Record<string, unknown>) => parsed(raw).regions.map(({ role }) => role);
    assert.deepEqual(roles(sound()), ["hub", "member", "member"]);
    assert.deepEqual(roles(withRegion({ role: "member" })), ["member", "hub"]);
    const last = [{ name: "eu-west-1" }, { name: "us-east-1", role: "hub" }];
    assert.deepEqual(roles({ ...sound(), regions: last }), ["member", "hub"]);
  });

  it("takes no spot node where a zone has one node", () => {
    assert.equal(parsed(withRegion({ nodesPerZone: 1 })).regions[0]?.spotPerZone, 0);
  });

  it("says which region it means when a default range is in the way", () => {
    const [diagnostic] = diagnosticsOf(withRegion({ cidr: "10.16.0.0/16" }));
    assert.match(diagnostic?.expected ?? "", /apart from 10\.16\.0\.0\/16 of regions\[1\]/);
  });

  it("prints no secret", () => {
    const repository = "https://me:hunter2@example.com/x";
    const raw = { ...sound(), apiToken: "hunter2", delivery: { repository } };
    const result = parseEnvironment("test", { ...raw, provider: "hunter2" }, secrets("provider"));
    assert.ok(!result.ok);
    assert.equal(result.diagnostics.length, 3);
    assert.doesNotMatch(JSON.stringify(result.diagnostics), /hunter2/);
  });

  it("refuses what is no map at all", () => {
    for (const raw of [null, undefined, 7, "x", []] as unknown[])
      assert.ok(diagnosticsOf(raw as Record<string, unknown>).length > 0);
  });
});

function secrets(...names: string[]) {
  return { secrets: new Set(names) };
}

describe("formatProblems", () => {
  it("is one report, a block for each mistake", () => {
    const diagnostic = {
      path: "meridian:x",
      value: "1",
      expected: "2",
      remedy: "Write 2.",
      line: 3,
    };
    const report = formatDiagnostics(
      [diagnostic, { ...diagnostic, path: "meridian:y" }],
      "file.yaml",
    );
    assert.equal(report.split("\n\n").length, 3);
    assert.match(report, /^file.yaml has 2 mistakes\. Nothing was changed\./);
    assert.match(
      report,
      /line 3: meridian:x\n {4}found {5}1\n {4}expected {2}2\n {4}remedy {4}Write 2\./,
    );
    assert.equal(
      new ConfigurationError([diagnostic], "f").message,
      formatDiagnostics([diagnostic], "f"),
    );
  });
});

describe("the table of regions", () => {
  it("gives each its own range, and never another than today", () => {
    const ranges = knownRegions.map((name) => defaultCidr(name));
    assert.equal(new Set(ranges).size, knownRegions.length);
    // Some from the ends and the middle: whoever inserts instead of appending moves one of these.
    assert.equal(defaultCidr("us-east-1"), "10.16.0.0/16");
    assert.equal(defaultCidr("eu-west-1"), "10.20.0.0/16");
    assert.equal(defaultCidr("cn-northwest-1"), "10.53.0.0/16");
    assert.equal(defaultCidr("ap-southeast-1"), "10.28.0.0/16");
    assert.equal(defaultCidr("ca-central-1"), "10.42.0.0/16");
    assert.equal(defaultCidr("mars-1"), undefined);
  });
});

describe("quantities", () => {
  it("of memory", () => {
    assert.equal(memoryBytes("16Gi"), 16 * 2 ** 30);
    assert.equal(memoryBytes("1.5G"), 1.5e9);
    assert.equal(memoryBytes("1024"), 1024);
    assert.equal(memoryBytes("129e6"), 129e6);
    assert.equal(memoryBytes("1.Gi"), 2 ** 30);
    assert.equal(memoryBytes("1500m"), 2);
    for (const bad of ["", "16 Gi", "Gi", "-1Gi", "1e3k", "1e", "16GB", "1..Gi", "."])
      assert.equal(memoryBytes(bad), undefined, bad);
  });

  it("of processors", () => {
    assert.equal(cpuMillicores("250m"), 250);
    assert.equal(cpuMillicores("2"), 2000);
    assert.equal(cpuMillicores("1.25"), 1250);
    assert.equal(cpuMillicores("1e-1"), 100);
    assert.equal(cpuMillicores("0.1"), 100);
    assert.equal(cpuMillicores("1.5m"), 2);
    for (const bad of ["", "m", "500 m", "-1", "two"])
      assert.equal(cpuMillicores(bad), undefined, bad);
  });
});
