import * as assert from "node:assert/strict";
import fc from "fast-check";
import * as path from "node:path";
import { minorOf } from "../../../infra/catalog/versions";
import { overlap, parseCidr } from "../../../infra/config/cidr";
import { defaultCidr, knownRegions } from "../../../infra/config/addressing";
import { parseEnvironment, readEnvironmentFile } from "../../../infra/config";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { planPlatform } from "../../../infra/plan";
import { parsed, diagnosticsOf, soundAws as sound } from "./sample";

const without = (key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(sound()).filter(([name]) => name !== key));

/** What is wrong, the configuration, where its one mistake is, and what the remedy says. */
type Row = readonly [string, Record<string, unknown>, string, RegExp];

const rows: Row[] = [
  ["no options of AWS", without("aws"), "meridian:aws", /accountId/],
  [
    "an account as a number",
    sound({ accountId: 123456789012 }),
    "meridian:aws.accountId",
    /quotes/,
  ],
  ["an account too short", sound({ accountId: "123" }), "meridian:aws.accountId", /quotes/],
  [
    "a patch version",
    sound({ kubernetesVersion: "1.34.2" }),
    "meridian:aws.kubernetesVersion",
    new RegExp(`"${minorOf("kubernetes")}"`),
  ],
  [
    "a version as a number",
    sound({ kubernetesVersion: 1.34 }),
    "meridian:aws.kubernetesVersion",
    /quotes/,
  ],
  ["no recipient", sound({ alarms: { emails: [] } }), "meridian:aws.alarms.emails", /emails/],
  [
    "the whole internet",
    sound({ apiAccess: ["0.0.0.0/0"] }),
    "meridian:aws.apiAccess[0]",
    /your offices/,
  ],
  ...["10.0.0.0/8", "10.20.0.0/16", "192.168.0.0/24", "100.64.0.0/10", "240.0.0.0/8"].map(
    (cidr): Row => [
      `the reserved network ${cidr}`,
      sound({ apiAccess: [cidr] }),
      "meridian:aws.apiAccess[0]",
      /reaches the internet/,
    ],
  ),
  [
    "a host with bits",
    sound({ apiAccess: ["203.0.113.7/24"] }),
    "meridian:aws.apiAccess[0]",
    /203\.0\.113\.0\/24/,
  ],
  [
    "a name for a network",
    sound({ apiAccess: ["office"] }),
    "meridian:aws.apiAccess[0]",
    /first address/,
  ],
  [
    "an administrator by name",
    sound({ administrators: ["jane"] }),
    "meridian:aws.administrators[0]",
    /arn:aws/,
  ],
  ["a gateway for each node", sound({ natGateways: "node" }), "meridian:aws.natGateways", /zone/],
  [
    "a transit gateway for one",
    sound({ transitGatewayFrom: 1 }),
    "meridian:aws.transitGatewayFrom",
    /regions/,
  ],
  ["no architecture", sound({ architectures: [] }), "meridian:aws.architectures", /amd64/],
  [
    "an unknown architecture",
    sound({ architectures: ["riscv"] }),
    "meridian:aws.architectures[0]",
    /amd64/,
  ],
  ["a zone that is bought", sound({ zone: "buy" }), "meridian:aws.zone", /adopt/],
  [
    "a repository without owner",
    sound({ github: "meridian" }),
    "meridian:aws.github",
    /owner\/name/,
  ],
  ["no budget", sound({ budget: undefined }), "meridian:aws.budget", /monthlyUsd/],
  [
    "nobody to tell",
    sound({ budget: { monthlyUsd: 1, emails: [] } }),
    "meridian:aws.budget.emails",
    /emails/,
  ],
  [
    "an address that is none",
    sound({ budget: { monthlyUsd: 1, emails: ["x"] } }),
    "meridian:aws.budget.emails[0]",
    /address/,
  ],
  [
    "too few requests",
    sound({ requestsPerFiveMinutes: 9 }),
    "meridian:aws.requestsPerFiveMinutes",
    /10 or more/,
  ],
  [
    "a third of a unit",
    sound({ database: { minCapacity: 0.3 } }),
    "meridian:aws.database.minCapacity",
    /capacity units/,
  ],
  [
    "less than the least",
    sound({ database: { minCapacity: 4, maxCapacity: 2 } }),
    "meridian:aws.database.maxCapacity",
    /4 or more/,
  ],
  [
    "backups for ever",
    sound({ database: { backupDays: 99 } }),
    "meridian:aws.database.backupDays",
    /1 to 35/,
  ],
  [
    "a node of another kind",
    sound({ cache: { nodeType: "m7i.large" } }),
    "meridian:aws.cache.nodeType",
    /cache\.t4g/,
  ],
  [
    "a password in a URL",
    sound({ chartRepository: "https://a:b@c.test" }),
    "meridian:aws.chartRepository",
    /mirror/,
  ],
  [
    "a misspelt option",
    sound({ administrator: [] }),
    "meridian:aws.administrator",
    /administrators\?/,
  ],
  ["no domain", without("traffic"), "meridian:traffic.domain", /shop\.example\.com/],
  ["no repository", without("delivery"), "meridian:delivery.repository", /https/],
  [
    "this clone",
    sound({}, { delivery: { repository: "." } }),
    "meridian:delivery.repository",
    /https/,
  ],
  [
    "a region of nobody",
    sound({}, { regions: [{ name: "mars-1", cidr: "10.80.0.0/16" }] }),
    "meridian:regions[0].name",
    /eu-west-1/,
  ],
  [
    "two zones",
    sound({}, { regions: [{ name: "eu-west-1", zones: ["a", "b"] }] }),
    "meridian:regions[0].zones",
    /three letters/,
  ],
];

describe("An environment on AWS", () => {
  for (const [what, raw, where, remedy] of rows) {
    it(`is refused with ${what}`, () => {
      const diagnostics = diagnosticsOf(raw);
      assert.deepEqual(
        diagnostics.map((diagnostic) => diagnostic.path),
        [where],
      );
      assert.match(diagnostics[0]?.remedy ?? "", remedy);
    });
  }

  it("counts a silent region as lost slowly, and notifies its own recipients, unless it says otherwise", () => {
    const profile = (more: Record<string, unknown> = {}) =>
      parsed(sound({}, more)).federation.failover.profile;
    assert.equal(profile(), "steady");
    assert.equal(profile({ federation: { failover: { evictionsPerSecond: 3 } } }), "steady");
    assert.equal(profile({ federation: { failover: { profile: "fast" } } }), "fast");
    const own = parsed(sound({ alarms: { emails: ["on-call@example.com"] } }));
    assert.ok(own.provider === "aws");
    assert.deepEqual(own.aws.alarms.emails, ["on-call@example.com"]);
  });

  it("has defaults for all but the account, the budget, the domain and the repository", () => {
    const environment = parsed(sound());
    assert.equal(environment.provider, "aws");
    assert.deepEqual(environment.aws, {
      accountId: "123456789012",
      home: "eu-west-1",
      kubernetesVersion: minorOf("kubernetes"),
      apiAccess: [],
      administrators: [],
      addressBlock: 0,
      natGateways: "zone",
      transitGatewayFrom: 5,
      architectures: ["amd64"],
      zone: "adopt",
      alarms: { emails: ["platform@example.com"] },
      budget: { monthlyUsd: 100, emails: ["platform@example.com"] },
      requestsPerFiveMinutes: 10_000,
    });
  });

  it("has every default of a database and a cache that are asked for with nothing", () => {
    const environment = parsed(sound({ database: {}, cache: {} }));
    assert.equal(environment.provider, "aws");
    assert.deepEqual(environment.aws.database, {
      minCapacity: 1,
      maxCapacity: 16,
      readers: 1,
      backupDays: 14,
      release: [],
    });
    assert.deepEqual(environment.aws.cache, { nodeType: "cache.t4g.small", replicas: 1 });
  });

  it("may be told which regions' data is released, of those that there are", () => {
    const release = ["us-east-1", "eu-west-9"];
    const diagnostics = diagnosticsOf(sound({ database: { release } }));
    assert.deepEqual(
      diagnostics.map((diagnostic) => diagnostic.path),
      ["meridian:aws.database.release[1]"],
    );
    assert.match(diagnostics[0]?.expected ?? "", /eu-west-1, us-east-1/);
  });

  it("has addresses apart from those of an environment of the other block", () => {
    const ranges = [0, 1].flatMap((block) =>
      knownRegions.map((name) => parseCidr(defaultCidr(name, block) ?? "")),
    );
    const kubernetes = parseCidr("10.96.0.0/12");
    for (const [index, range] of ranges.entries()) {
      assert.ok(range !== undefined && kubernetes !== undefined && !overlap(range, kubernetes));
      for (const other of ranges.slice(index + 1)) assert.ok(other && !overlap(range, other));
    }
    const environment = parsed(sound({ addressBlock: 1 }));
    assert.deepEqual(
      environment.regions.map(({ cidr }) => cidr),
      ["10.132.0.0/16", "10.128.0.0/16"],
    );
  });

  it("sees ranges that overlap those of its own block", () => {
    const regions = [{ name: "eu-west-1" }, { name: "us-east-1", cidr: "10.132.0.0/20" }];
    assert.deepEqual(
      diagnosticsOf(sound({ addressBlock: 1 }, { regions })).map((diagnostic) => diagnostic.path),
      ["meridian:regions[1].cidr"],
    );
    assert.deepEqual(diagnosticsOf(sound({}, { regions })), []);
  });

  it("has a name that fits into those of other things", () => {
    const names = ["Staging", "1st", "a--b", "x-", "a".repeat(21), ""];
    for (const name of names) {
      const result = parseEnvironment(name, sound());
      assert.ok(!result.ok);
      assert.deepEqual(
        result.diagnostics.map((diagnostic) => diagnostic.path),
        ["meridian: the environment's name"],
      );
    }
    assert.ok(parseEnvironment("a".repeat(20), sound()).ok);
  });

  it("is refused or planned, whatever its options hold", () => {
    const keys = Object.keys(sound({ github: "a/b", database: {}, cache: {} }).aws);
    const junk = fc.oneof(fc.anything(), fc.constantFrom(null, "", -1, [[]], { x: 1 }));
    fc.assert(
      fc.property(fc.constantFrom(...keys), junk, (key, value) => {
        const raw = sound({ [key]: value });
        const diagnostics = diagnosticsOf(raw);
        if (diagnostics.length === 0) return void planPlatform(parsed(raw));
        for (const { path: where, value: found, expected, remedy } of diagnostics) {
          assert.ok(where.startsWith(`meridian:aws.${key}`), where);
          assert.ok(found !== "" && expected !== "" && remedy !== "");
        }
      }),
      { numRuns: 300 },
    );
  });

  for (const name of ["staging", "production"]) {
    it(`is what environments/Pulumi.${name}.yaml says`, () => {
      const file = path.join(repositoryRoot, "environments", `Pulumi.${name}.yaml`);
      assert.equal(readEnvironmentFile(file, name).provider, "aws");
    });
  }
});
