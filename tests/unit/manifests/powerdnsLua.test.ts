import assert from "node:assert/strict";
import fc from "fast-check";
import { contains, parseCidr } from "../../../infra/config/cidr";
import { recordLua } from "../../../infra/components/dns/manifests/powerdnsLua";
import { type DnsName, locationOf, resolve } from "../../../infra/components/dns";
import { runLua } from "../../support/lua";
import {
  type AddressedRegion,
  five,
  nameOf,
  regionsOf,
  seeded,
  situations,
  subsets,
  weightings,
} from "../plan/dnsSample";

/** One question to the record, with all that decides about it. */
interface Question {
  readonly client: string;
  readonly healthy: ReadonlySet<string>;
  readonly draws: readonly number[];
}

/**
 * What PowerDNS gives to Lua, as 4.7's lua-record.cc has it: `netmask` knows the client, `pickwrandom` draws among
 * weights, `ifurlup` gives those that are up in their order, or all of them when none is.
 */
function powerdns(regions: readonly AddressedRegion[]): string {
  return `
    local holding, up, draws, drawn
    function netmask(list)
      for _, cidr in ipairs(list) do if holding[cidr] then return true end end
      return false
    end
    function pickwrandom(list)
      drawn = drawn + 1
      local sum, total = 0, 0
      for _, each in ipairs(list) do total = total + each[1] end
      for _, each in ipairs(list) do
        sum = sum + each[1]
        if draws[drawn] * total < sum then return each[2] end
      end
    end
    function ifurlup(url, list, options)
      assert(url == 'http://web.meridian.test:8080/healthz/web', url)
      assert(options.selector == 'all' and options.backupSelector == 'all')
      assert(options.timeout == '2' and options.stringmatch == 'meridian-edge')
      assert(#list == ${regions.length})
      local found = {}
      for _, address in ipairs(list) do if up[address] then table.insert(found, address) end end
      if #found == 0 then return list end
      return found
    end
  `;
}

/** The question as tables: which ranges hold the client, which addresses are up, what is drawn. */
function tablesOf(
  regions: readonly AddressedRegion[],
  { client, healthy, draws }: Question,
): readonly string[] {
  const keys = (texts: readonly string[]) => texts.map((text) => `['${text}']=true`).join(",");
  const address = parseCidr(`${client}/32`);
  const ranges = regions.flatMap(({ clients }) => clients);
  const holding = ranges.filter((cidr) => {
    const range = parseCidr(cidr);
    return range && address && contains(range, address);
  });
  const up = regions.filter(({ name }) => healthy.has(name)).map((region) => region.address);
  return [keys(holding), keys(up), draws.join(",")];
}

/** What the record answers to each question. PowerDNS runs it the same way: the first semicolon says that it is a program. */
function answers(
  name: DnsName,
  regions: readonly AddressedRegion[],
  questions: readonly Question[],
): string[] {
  const code = recordLua(name).join(" ");
  assert.equal(code[0], ";");
  const tables = questions.map((question) => tablesOf(regions, question));
  // Each once: most of the time goes into parsing.
  const different = [...new Set(tables.flat())];
  const lines = tables.map((three) => {
    const [holding, up, draws] = three.map((table) => `t[${different.indexOf(table) + 1}]`);
    return `found[#found + 1] = ask(${holding}, ${up}, ${draws})`;
  });
  const found = runLua(`
    ${powerdns(regions)}
    local function record() ${code.slice(1)} end
    local function ask(...)
      holding, up, draws = ...
      drawn = 0
      return tostring(record())
    end
    local t, found = {${different.map((table) => `{${table}}`).join(",")}}, {}
    ${lines.join("\n")}
    return table.concat(found, ' ')
  `);
  return (found ?? "").split(" ");
}

/** The record and the resolver, asked the same, give the same answers. */
function assertAgree(regions: readonly AddressedRegion[], questions: readonly Question[]): void {
  const name = nameOf(regions);
  const expected = questions.map(({ client, healthy, draws: given }) => {
    const draws = given.values();
    return resolve(name.tree, {
      location: locationOf(client, name),
      healthy,
      draw: () => draws.next().value ?? assert.fail("there are not that many regions"),
    }).address;
  });
  assert.deepEqual(answers(name, regions, questions), expected);
}

/** A client of the i-th region of the samples. */
const clientOf = (i: number) => `10.${20 + i}.30.40`;

describe("a record's Lua, run,", () => {
  it("answers as the plan does: any loss, any client, nothing drained", () => {
    for (const count of [1, 2, 3, 4, 5]) {
      const regions = regionsOf(Array<number>(count).fill(100));
      const clients = Array.from({ length: count + 1 }, (_, i) => clientOf(i));
      const questions = subsets(five.slice(0, count)).flatMap((some) =>
        clients.map((client) => ({ client, healthy: new Set(some), draws: [] })),
      );
      assertAgree(regions, questions);
    }
  });

  it("answers as the plan does with the same draws, drained regions among them", () => {
    for (const weights of weightings(3, [0, 30, 100])) {
      const questions = subsets(five.slice(0, 3)).flatMap((some) =>
        weightings(weights.filter((each) => each === 30).length, [0.2, 0.7]).flatMap((draws) =>
          [clientOf(1), "192.0.2.1"].map((client) => ({
            client,
            healthy: new Set(some),
            draws,
          })),
        ),
      );
      assertAgree(regionsOf(weights), questions);
    }
  });

  it("answers as the plan does for any weights and places", () => {
    fc.assert(
      fc.property(situations, fc.nat(6), fc.nat(), ({ regions, healthy }, client, seed) => {
        const draws = Array.from({ length: 5 }, seeded(seed));
        assertAgree(regions, [{ client: clientOf(client), healthy, draws }]);
      }),
    );
  });

  it("finds the place of a client by the longest prefix", () => {
    const regions = regionsOf([100, 100, 100]).map((region, i) => ({
      ...region,
      clients: [["10.0.0.0/8", "10.20.40.0/24"], ["10.20.0.0/16"], ["10.20.30.0/24"]][i] ?? [],
    }));
    const clients = ["10.20.30.1", "10.20.31.1", "10.20.40.1", "10.21.0.1", "192.0.2.1"];
    const questions = clients.map((client) => ({ client, healthy: new Set(five), draws: [] }));
    const places = [2, 1, 0, 0, 0];
    assert.deepEqual(
      answers(nameOf(regions), regions, questions),
      places.map((place) => `127.0.10.${place}`),
    );
  });

  it("is not there for a region without an address", () => {
    const [eu] = regionsOf([100]);
    assert.ok(eu);
    const bare = { name: eu.name, weight: eu.weight, clients: eu.clients };
    const question = { location: undefined, healthy: new Set<string>(), draw: () => 0 };
    const { region, address } = resolve(nameOf([bare]).tree, question);
    assert.deepEqual([region, address], ["eu-west-1", undefined]);
    assert.throws(() => recordLua(nameOf([bare])), /region eu-west-1 has no address/);
  });

  it("needs no client's network", () => {
    const regions = regionsOf([100, 100]).map((region) => ({ ...region, clients: [] }));
    assertAgree(regions, [{ client: clientOf(1), healthy: new Set(five), draws: [] }]);
  });
});
