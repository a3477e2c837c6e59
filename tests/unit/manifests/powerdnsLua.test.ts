import assert from "node:assert/strict";
import fc from "fast-check";
import { contains, parseCidr } from "../../../infra/config/cidr";
import { recordLua } from "../../../infra/manifests/powerdnsLua";
import { type DnsName, locationOf, resolve } from "../../../infra/plan/dns";
import { luaIsInstalled, runLua } from "../../support/lua";
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
  readonly regions: readonly AddressedRegion[];
  readonly client: string;
  readonly healthy: ReadonlySet<string>;
  readonly draws: readonly number[];
}

/**
 * What PowerDNS gives to Lua, as 4.7's lua-record.cc has it: `netmask` knows the client, `pickwrandom` draws among
 * weights, `ifurlup` gives those that are up in their order, or all of them when none is.
 */
function powerdns({ regions, client, healthy, draws }: Question): string {
  const keys = (texts: readonly string[]) => texts.map((text) => `['${text}']=true`).join(",");
  const address = parseCidr(`${client}/32`);
  const ranges = regions.flatMap(({ clients }) => clients);
  const holding = ranges.filter((cidr) => {
    const range = parseCidr(cidr);
    return range && address && contains(range, address);
  });
  const up = regions.filter(({ name }) => healthy.has(name)).map((region) => region.address);
  return `
    local holding, up, draws, drawn = {${keys(holding)}}, {${keys(up)}}, {${draws.join(",")}}, 0
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

/** As PowerDNS runs it: the first semicolon says that it is a program. */
function answer(name: DnsName, question: Question): string | null {
  const code = recordLua(name).join(" ");
  assert.equal(code[0], ";");
  return runLua(`${powerdns(question)}\n${code.slice(1)}`);
}

/** The record and the resolver, asked the same, give the same answer. */
function assertAgrees(question: Question): void {
  const name = nameOf(question.regions);
  const draws = question.draws.values();
  const { address } = resolve(name.tree, {
    location: locationOf(question.client, name),
    healthy: question.healthy,
    draw: () => draws.next().value ?? assert.fail("there are not that many regions"),
  });
  assert.equal(answer(name, question), address);
}

/** A client of the i-th region of the samples. */
const clientOf = (i: number) => `10.${20 + i}.30.40`;

describe("a record's Lua, run,", () => {
  before(function () {
    if (!luaIsInstalled) this.skip();
  });

  it("answers as the plan does: any loss, any client, nothing drained", () => {
    for (const count of [1, 2, 3, 4, 5]) {
      const regions = regionsOf(Array<number>(count).fill(100));
      for (const some of subsets(five.slice(0, count)))
        for (let client = 0; client <= count; client++)
          assertAgrees({ regions, client: clientOf(client), healthy: new Set(some), draws: [] });
    }
  });

  it("answers as the plan does with the same draws, drained regions among them", () => {
    for (const weights of weightings(3, [0, 30, 100]))
      for (const some of subsets(five.slice(0, 3)))
        for (const draws of weightings(weights.filter((each) => each === 30).length, [0.2, 0.7]))
          for (const client of [clientOf(0), clientOf(1), "192.0.2.1"])
            assertAgrees({ regions: regionsOf(weights), client, healthy: new Set(some), draws });
  });

  it("answers as the plan does for any weights and places", () => {
    fc.assert(
      fc.property(situations, fc.nat(6), fc.nat(), ({ regions, healthy }, client, seed) => {
        const draws = Array.from({ length: 5 }, seeded(seed));
        assertAgrees({ regions, client: clientOf(client), healthy, draws });
      }),
    );
  });

  it("finds the place of a client by the longest prefix", () => {
    const regions = regionsOf([100, 100, 100]).map((region, i) => ({
      ...region,
      clients: [["10.0.0.0/8", "10.20.40.0/24"], ["10.20.0.0/16"], ["10.20.30.0/24"]][i] ?? [],
    }));
    const at = (client: string) =>
      answer(nameOf(regions), { regions, client, healthy: new Set(five), draws: [] });
    assert.equal(at("10.20.30.1"), "127.0.10.2");
    assert.equal(at("10.20.31.1"), "127.0.10.1");
    assert.equal(at("10.20.40.1"), "127.0.10.0");
    assert.equal(at("10.21.0.1"), "127.0.10.0");
    assert.equal(at("192.0.2.1"), "127.0.10.0");
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
    assertAgrees({ regions, client: clientOf(1), healthy: new Set(five), draws: [] });
  });
});
