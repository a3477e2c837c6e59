import assert from "node:assert/strict";
import { isReported, type Row } from "./rows";
import { diagnosticsOf, sound, withRegion } from "./sample";

const first = "meridian:regions[0]";

const unknownKeys: Row[] = [
  ["unknown option", { ...sound(), colour: 1 }, "meridian:colour", /Remove it/],
  ["misspelt option", { ...sound(), federaton: {} }, "meridian:federaton", /federation\?/],
  [
    "misspelt in a region",
    withRegion({ nodePerZone: 2 }),
    `${first}.nodePerZone`,
    /nodesPerZone\?/,
  ],
  ["wrong case", withRegion({ Weight: 2 }), `${first}.Weight`, /weight\?/],
  [
    "misspelt in a node",
    withRegion({ node: { memroy: "1Gi" } }),
    `${first}.node.memroy`,
    /memory\?/,
  ],
  [
    "misspelt in failover",
    { ...sound(), federation: { failover: { profle: "fast" } } },
    "meridian:federation.failover.profle",
    /profile\?/,
  ],
  ["unknown in delivery", { ...sound(), delivery: { x: 1 } }, "meridian:delivery.x", /Remove it/],
  ["key of odd letters", { ...sound(), "a b\n": 1 }, 'meridian:"a b\\n"', /Remove it/],
];

const types: Row[] = [
  ["no provider", { regions: [{ name: "eu-west-1" }] }, "meridian:provider", /provider: local/],
  ["unknown provider", { ...sound(), provider: "gcp" }, "meridian:provider", /provider: local/],
  ["no regions", { provider: "local" }, "meridian:regions", /- name/],
  ["empty regions", { ...sound(), regions: [] }, "meridian:regions", /- name/],
  ["regions not a list", { ...sound(), regions: "eu-west-1" }, "meridian:regions", /- name/],
  ["a region that is a text", { ...sound(), regions: ["eu-west-1"] }, first, /- name/],
  ["a region that is empty", { ...sound(), regions: [null] }, first, /- name/],
  ["a region without a name", { ...sound(), regions: [{}] }, `${first}.name`, /Name the region/],
  ["weight as text", withRegion({ weight: "2" }), `${first}.weight`, /Write 1/],
  ["federation empty", { ...sound(), federation: null }, "meridian:federation", /failover/],
  ["delivery a list", { ...sound(), delivery: [] }, "meridian:delivery", /repository/],
  ["node a number", withRegion({ node: 4 }), `${first}.node`, /instanceType/],
];

const regions: Row[] = [
  ["upper case name", withRegion({ name: "EU" }), `${first}.name`, /Name the region/],
  ["name too long", withRegion({ name: "a".repeat(41) }), `${first}.name`, /Name the region/],
  ["name of our own", withRegion({ name: "hub" }), `${first}.name`, /another name/],
  [
    "two of one name",
    { ...sound(), regions: [{ name: "eu-west-1" }, { name: "eu-west-1" }] },
    "meridian:regions[1].name",
    /Rename/,
  ],
  ["unknown role", withRegion({ role: "leader" }), `${first}.role`, /hub/],
  [
    "two hubs",
    {
      ...sound(),
      regions: [
        { name: "eu-west-1", role: "hub" },
        { name: "us-east-1", role: "hub" },
      ],
    },
    "meridian:regions[1].role",
    /member/,
  ],
  [
    "no hub",
    { ...sound(), regions: [{ name: "eu-west-1", role: "member" }] },
    "meridian:regions",
    /role: hub/,
  ],
  ["no zones", withRegion({ zones: [] }), `${first}.zones`, /a, b, c/],
  ["whole zone name", withRegion({ zones: ["eu-west-1a"] }), `${first}.zones[0]`, /letter/],
  ["zone twice", withRegion({ zones: ["a", "b", "a"] }), `${first}.zones[2]`, /Remove/],
  ["no nodes", withRegion({ nodesPerZone: 0 }), `${first}.nodesPerZone`, /1 or more/],
  ["half a node", withRegion({ nodesPerZone: 1.5 }), `${first}.nodesPerZone`, /1 or more/],
  ["all spot", withRegion({ spotPerZone: 2 }), `${first}.spotPerZone`, /1 or less/],
  ["negative spot", withRegion({ spotPerZone: -1 }), `${first}.spotPerZone`, /fewer/],
  ["negative weight", withRegion({ weight: -1 }), `${first}.weight`, /Write 1/],
  ["broken weight", withRegion({ weight: 0.5 }), `${first}.weight`, /Write 1/],
  ["weight above 100", withRegion({ weight: 101 }), `${first}.weight`, /Write 1/],
  [
    "no weight at all",
    { ...sound(), regions: [{ name: "eu-west-1", weight: 0 }] },
    "meridian:regions",
    /weight: 1/,
  ],
  ["memory with a space", memory("16 Gi"), `${first}.node.memory`, /16Gi/],
  ["memory without sense", memory("lots"), `${first}.node.memory`, /16Gi/],
  ["memory negative", memory("-1Gi"), `${first}.node.memory`, /16Gi/],
  ["memory of 16 bytes", memory("16"), `${first}.node.memory`, /16Gi/],
  ["memory beyond any machine", memory("1Pi"), `${first}.node.memory`, /16Gi/],
  ["memory as a number", memory(16), `${first}.node.memory`, /16Gi/],
  ["no cpu", withRegion({ node: { cpu: 0 } }), `${first}.node.cpu`, /cores/],
  ["cpu as text", withRegion({ node: { cpu: "4" } }), `${first}.node.cpu`, /cores/],
  ["no pods", withRegion({ node: { pods: 0 } }), `${first}.node.pods`, /110/],
  ["no size", withRegion({ node: { instanceType: "m7i" } }), `${first}.node.instanceType`, /m7i/],
];

const addresses: Row[] = [
  ["no range", withRegion({ cidr: "ten" }), `${first}.cidr`, /four bytes/],
  ["byte above 255", withRegion({ cidr: "10.256.0.0/16" }), `${first}.cidr`, /four bytes/],
  ["prefix above 32", withRegion({ cidr: "10.80.0.0/33" }), `${first}.cidr`, /four bytes/],
  ["host bits", withRegion({ cidr: "10.80.1.0/16" }), `${first}.cidr`, /10\.80\.0\.0\/16/],
  ["public", withRegion({ cidr: "8.8.0.0/16" }), `${first}.cidr`, /172\.16/],
  ["partly public", withRegion({ cidr: "172.0.0.0/8" }), `${first}.cidr`, /172\.16/],
  ["too small", withRegion({ cidr: "10.80.0.0/21" }), `${first}.cidr`, /\/20 or larger/],
  ["too large", withRegion({ cidr: "10.0.0.0/8" }), `${first}.cidr`, /\/14 or smaller/],
  ["the hub's own", withRegion({ cidr: "10.14.0.0/16" }), `${first}.cidr`, /Take another/],
  ["unknown region", withRegion({ name: "mars-1" }), `${first}.cidr`, /cidr: 10\.95\.0\.0\/16/],
  [
    "over a default range",
    withRegion({ cidr: "10.16.0.0/16" }),
    `${first}.cidr`,
    /cidr: 10\.95\.0\.0\/16/,
  ],
  [
    "over a written range",
    {
      ...sound(),
      regions: [
        { name: "eu-west-1", cidr: "10.80.0.0/16" },
        { name: "us-east-1", cidr: "10.80.128.0/20" },
      ],
    },
    "meridian:regions[1].cidr",
    /10\.95/,
  ],
];

const federation: Row[] = [
  ["profile", failover({ profile: "slow" }), "meridian:federation.failover.profile", /steady/],
  ["rate 0", failover({ evictionsPerSecond: 0 }), evictions(), /Write a number/],
  ["rate as text", failover({ evictionsPerSecond: "5" }), evictions(), /Write a number/],
];

const traffic: Row[] = [
  ...(
    [
      ["capitals", "Shop.example"],
      ["a trailing dot", "shop.example."],
      ["a single label", "shop"],
      ["an empty label", "shop..example"],
      ["a leading hyphen", "-shop.example"],
      ["a hyphen before a dot", "shop-.example"],
      ["a label of 64 letters", `${"a".repeat(64)}.example`],
      ["more than 200 letters in all", `${"a.".repeat(100)}b`],
      ["a wildcard", "*.example"],
      ["a port", "shop.example:80"],
      ["a line's end", "shop.example\n"],
      ["no letters", ""],
      ["a number", 7],
    ] as const
  ).map(([what, domain]): Row => [
    `domain of ${what}`,
    named({ domain }),
    "meridian:traffic.domain",
    /local\.meridian\.test/,
  ]),
  ["ttl 0", named({ ttlSeconds: 0 }), "meridian:traffic.ttlSeconds", /seconds/],
  ["ttl of a part", named({ ttlSeconds: 1.5 }), "meridian:traffic.ttlSeconds", /seconds/],
  ["ttl above an hour", named({ ttlSeconds: 3601 }), "meridian:traffic.ttlSeconds", /seconds/],
  ["ttl as text", named({ ttlSeconds: "2" }), "meridian:traffic.ttlSeconds", /seconds/],
  ["misspelt ttl", named({ ttlSecond: 2 }), "meridian:traffic.ttlSecond", /ttlSeconds\?/],
  ["traffic empty", { ...sound(), traffic: null }, "meridian:traffic", /ttlSeconds/],
];

function named(fields: Record<string, unknown>) {
  return { ...sound(), traffic: fields };
}

function memory(quantity: unknown) {
  return withRegion({ node: { memory: quantity } });
}

function failover(fields: Record<string, unknown>) {
  return { ...sound(), federation: { failover: fields } };
}

function evictions() {
  return "meridian:federation.failover.evictionsPerSecond";
}

describe("mistakes in a configuration", () => {
  const tables = { unknownKeys, types, regions, addresses, federation, traffic };
  for (const [table, rows] of Object.entries(tables))
    describe(table, () => rows.forEach(isReported));

  it("are all reported at once, those between regions too", () => {
    const diagnostics = diagnosticsOf({
      provider: "azure",
      regions: [
        { name: "eu-west-1", weight: -1, zones: ["a", "a"], colour: "red" },
        { name: "eu-west-1", nodesPerZone: 2, spotPerZone: 5 },
        { name: "mars-1", node: { memory: "much", cpus: 4 } },
        { name: "us-east-1", cidr: "10.20.0.0/16", role: "hub" },
        { name: "us-east-2", role: "hub" },
        7,
      ],
      federation: { failover: { profile: "slow" } },
      delivery: { track: { branch: "" }, interval: 1 },
      traffic: { domain: "Shop", ttlSeconds: 0 },
    });
    assert.deepEqual(diagnostics.map(({ path }) => path.replace("meridian:", "")).sort(), [
      "delivery.interval",
      "delivery.track.branch",
      "federation.failover.profile",
      "provider",
      "regions[0].colour",
      "regions[0].weight",
      "regions[0].zones[1]",
      "regions[1].name",
      "regions[1].spotPerZone",
      "regions[2].cidr",
      "regions[2].node.cpus",
      "regions[2].node.memory",
      "regions[3].cidr",
      "regions[4].role",
      "regions[5]",
      "traffic.domain",
      "traffic.ttlSeconds",
    ]);
  });
});
