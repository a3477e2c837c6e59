import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { planPlatform } from "../../../infra/plan";
import { type Inventory, planInventory } from "../../../infra/plan/inventory";
import {
  compareInventory,
  type Difference,
  formatDifference,
  type FoundInventory,
} from "../../../infra/plan/inventoryDifferences";
import { componentsOf } from "../../../infra/components/registry";
import { regionServiceNames } from "../../../infra/components/processes";
import { planOf, small } from "../../support/plan";

const names = ["eu-west-1", "us-east-1"];
const planned = (regions: readonly string[], others: Record<string, unknown> = {}) =>
  planPlatform(
    planOf(
      regions.map((name) => small(name)),
      others,
    ).environment,
    ["shop", "blog"],
  );
/** Optional components are not used. */
const used = componentsOf(planned(names).environment);
const expected = planInventory(planned(names));

/** A machine that is as the plan says. */
function asPlanned(inventory: Inventory): FoundInventory {
  const { processes, members, optionalFiles, ...same } = inventory;
  return {
    ...same,
    files: [...same.files, ...optionalFiles],
    processes: processes.map((name) => ({ name, running: true })),
    orphans: [],
    takenPorts: {},
    logs: processes,
    members: members.map((name) => ({ name, drained: false })),
  };
}

const found = asPlanned(expected);
const compared = (change: Partial<FoundInventory>) =>
  compareInventory(expected, { ...found, ...change });
const short = (differences: readonly Difference[]) =>
  differences.map(({ kind, name, how }) => `${how} ${kind} ${name}`);

describe("The inventory of a plan", () => {
  it("has all of every region, and nothing of a region that is not planned", () => {
    const text = JSON.stringify(expected);
    for (const region of names) {
      for (const service of regionServiceNames(region, used))
        assert.ok(expected.processes.includes(service), service);
      assert.ok(expected.clusters.includes(region));
      assert.ok(expected.members.includes(region));
    }
    assert.ok(!text.includes("ap-southeast-1"));
  });

  it("of a region more has that region's own more, and nothing less", () => {
    const region = "sa-east-1";
    const more = planInventory(planned([...names, region]));
    for (const key of [
      "processes",
      "clusters",
      "components",
      "files",
      "ports",
      "members",
    ] as const) {
      const added = more[key].filter((name) => !expected[key].includes(name));
      assert.ok(added.length > 0, key);
      assert.deepEqual(
        added.filter((name) => !name.includes(region)),
        [],
        key,
      );
      assert.equal(more[key].length, expected[key].length + added.length, key);
    }
  });

  it("names each thing once", () => {
    for (const [key, list] of Object.entries(expected))
      if (Array.isArray(list)) assert.equal(new Set(list).size, list.length, key);
  });

  it("tells of commits only where they are made here and followed at once", () => {
    const tells = (others: Record<string, unknown>) =>
      planInventory(planned(names, others)).processes.includes("git-notifier");
    assert.deepEqual(
      [tells({}), tells({ delivery: { repository: "https://git.test/a" } })],
      [true, false],
    );
  });

  it("knows no names where no app is known", () => {
    assert.equal(planInventory(planOf(names.map((name) => small(name)))).names, undefined);
  });
});

describe("A machine compared with its plan", () => {
  it("differs in nothing when it has what is planned, with or without what is optional", () => {
    assert.deepEqual(compared({}), []);
    assert.deepEqual(compared({ files: expected.files, logs: [] }), []);
  });

  it("differs in exactly what is taken away or added, whatever it is", () => {
    const lists = ["clusters", "components", "files", "ports"] as const;
    const stranger = "gone-1/thing";
    fc.assert(
      fc.property(fc.constantFrom(...lists), fc.nat(), (key, at) => {
        const name = expected[key][at % expected[key].length] ?? "";
        const less = compared({ [key]: found[key].filter((each) => each !== name) });
        assert.deepEqual(
          less.map((one) => [one.name, one.how]),
          [[name, "missing"]],
        );
        const more = compared({ [key]: [...found[key], stranger] });
        assert.deepEqual(
          more.map((one) => [one.name, one.how]),
          [[stranger, "extra"]],
        );
      }),
    );
  });

  it("after a region was taken out has all that the region still has", () => {
    const left = asPlanned(planInventory(planned([...names, "sa-east-1"])));
    const differences = compareInventory(expected, left);
    const known = short(differences);
    for (const service of regionServiceNames("sa-east-1", used))
      assert.ok(known.includes(`extra process ${service}`), service);
    for (const what of ["cluster sa-east-1", "member sa-east-1", "edge sa-east-1"])
      assert.ok(known.includes(`extra ${what}`), what);
    assert.deepEqual(
      differences.filter(
        ({ how, kind }) => how === "missing" || (how === "wrong" && kind !== "name"),
      ),
      [],
    );
    // Every name still answers with the region's address.
    assert.deepEqual(
      differences.filter(({ kind }) => kind === "name").map(({ name }) => name),
      Object.keys(expected.names ?? {}).sort(),
    );
  });

  const [first = ""] = expected.processes;
  const [component = ""] = expected.components;
  const certificate = `gateway-${names[0]}/tls.crt`;
  const cases: readonly [string, Partial<FoundInventory>, string[]][] = [
    [
      "a process that is not running",
      { processes: found.processes.map((one) => ({ ...one, running: one.name !== first })) },
      [`wrong process ${first}`],
    ],
    [
      "a process that no supervisor looks after",
      { orphans: [{ pid: 4711, command: "/bin/traefik --configFile=x" }] },
      ["extra orphan 4711"],
    ],
    [
      "a component that runs twice",
      { components: [...found.components, component] },
      [`wrong component ${component}`],
    ],
    [
      "a certificate by an authority that is gone",
      { authorities: { ...found.authorities, [certificate]: "an authority of no cluster" } },
      [`wrong authority ${certificate}`],
    ],
    [
      "a port that somebody else holds",
      { takenPorts: { "dns/dns": { pid: 1, command: "named" } } },
      ["wrong port dns/dns"],
    ],
    [
      "a member that is still drained",
      { members: names.map((name) => ({ name, drained: name === names[0] })) },
      [`wrong member ${names[0]}`],
    ],
    ["a log of what is gone", { logs: ["gateway-gone-1"] }, ["extra log gateway-gone-1"]],
  ];
  for (const [what, change, differences] of cases)
    it(`shows ${what}`, () => assert.deepEqual(short(compared(change)), differences));

  it("says nothing of members while the federation does not answer", () => {
    assert.deepEqual(compared({ members: undefined }), []);
  });

  it("says each difference in one line, with what was expected, what was found and what to do", () => {
    const all = [
      ...compareInventory(expected, asPlanned(planInventory(planned(["sa-east-1"])))),
      ...cases.flatMap(([, change]) => compared(change)),
    ];
    assert.ok(all.length > 20);
    for (const difference of all) {
      const line = formatDifference(difference);
      assert.match(line, /^[^\n]+: expected [^\n]+, found [^\n]+\. [^\n]+\.$/);
      assert.ok(line.includes(difference.name), line);
    }
  });
});
