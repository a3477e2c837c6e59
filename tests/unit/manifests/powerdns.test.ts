import assert from "node:assert/strict";
import fc from "fast-check";
import { powerdnsSettings, zoneFile } from "../../../infra/components/dns/manifests/powerdns";
import { recordLua } from "../../../infra/components/dns/manifests/powerdnsLua";
import { planDns } from "../../../infra/components/dns";
import { inputOf, preference, regionsOf, situations } from "../plan/dnsSample";

/** Type, name and strings of each Lua record of a zone. */
function luaRecords(zone: string) {
  return [...zone.matchAll(/^(\S+) (\d+) IN LUA (\S+) \(\n((?: {2}".*"\n)+)\)$/gm)].map((match) => {
    const [, name = "", ttl = "", type = "", body = ""] = match;
    return {
      name,
      ttl,
      type,
      strings: [...body.matchAll(/^ {2}"(.*)"$/gm)].map(([, s]) => s ?? ""),
    };
  });
}

/** The orders of addresses in a record, in the order of the text. */
function ordersIn(code: string): string[][] {
  return [...code.matchAll(/o=\{([^}]*)\}/g)].map(([, list = ""]) =>
    list.split(", ").map((each) => each.replaceAll("'", "")),
  );
}

describe("the zone file", () => {
  it("has one record for each app, and the name server that is asked for", () => {
    const plan = planDns(inputOf(regionsOf([100]), { apps: ["web", "shop"], ttlSeconds: 60 }));
    const zone = zoneFile(plan, { serial: 0, nameserver: "dns" });
    assert.deepEqual(
      luaRecords(zone).map(({ name, ttl, type }) => [name, ttl, type]),
      [
        ["web", "60", "A"],
        ["shop", "60", "A"],
        ["*", "60", "A"],
      ],
    );
    assert.match(zone, /^dns IN A 127\.0\.0\.1$/m);
    assert.match(zone, /^@ IN SOA dns\.meridian\.test\. .* 0 3600 600 604800 5$/m);
    assert.match(zone, /^@ IN NS dns\.meridian\.test\.$/m);
    assert.match(zone, /healthz\/shop'/);
    // The host of the wildcard's checks is a real name.
    assert.match(zone, /'http:\/\/meridian\.test:8080\/healthz'/);
    const none = zoneFile(planDns(inputOf(regionsOf([100]), { apps: [] })), { serial: 1 });
    assert.deepEqual(
      luaRecords(none).map(({ name }) => name),
      ["*"],
    );
  });

  it("quotes Lua so that PowerDNS puts it together again", () => {
    fc.assert(
      fc.property(situations, ({ regions }) => {
        const plan = planDns(inputOf(regions));
        const [name] = plan.names;
        const [record] = luaRecords(zoneFile(plan, { serial: 1 }));
        assert.ok(name && record);
        for (const text of record.strings) {
          assert.ok(Buffer.byteLength(text) <= 255, text);
          // A quote would end the string, a backslash begin an escape.
          assert.match(text, /^[^"\\\n]+$/);
        }
        assert.equal(record.strings.join(" "), recordLua(name).join(" "));
        assert.equal(record.strings[0]?.[0], ";");
      }),
    );
  });

  it("has every network, and every order with all addresses", () => {
    fc.assert(
      fc.property(situations, ({ regions }) => {
        const [name] = planDns(inputOf(regions)).names;
        assert.ok(name);
        const code = recordLua(name).join(" ");
        for (const { clients } of regions)
          for (const cidr of clients) assert.ok(code.includes(`'${cidr}'`), cidr);
        const all = regions.map(({ address }) => address).sort();
        const orders = ordersIn(code);
        assert.ok(orders.length > regions.length);
        for (const order of orders) assert.deepEqual([...order].sort(), all);
      }),
    );
  });

  it("tests networks from the longest prefix to the shortest, one test for neighbours", () => {
    const regions = regionsOf([100, 100, 100]).map((region, i) => ({
      ...region,
      clients:
        [["10.0.0.0/8", "172.16.0.0/12"], ["10.20.30.0/24", "10.20.31.0/24"], ["10.20.0.0/16"]][
          i
        ] ?? [],
    }));
    const [name] = planDns(inputOf(regions)).names;
    assert.ok(name);
    const code = recordLua(name).join(" ");
    assert.deepEqual(
      [...code.matchAll(/netmask\(\{([^}]*)\}\)/g)].map(([, list]) => list),
      ["'10.20.30.0/24', '10.20.31.0/24'", "'10.20.0.0/16'", "'172.16.0.0/12', '10.0.0.0/8'"],
    );
    const names = regions.map((region) => region.name);
    const address = (one: string) => regions.find((region) => region.name === one)?.address;
    assert.deepEqual(
      ordersIn(code),
      [names[1], names[2], names[0], undefined].map((at) => preference(regions, at).map(address)),
    );
  });

  it("takes a choice of more than two", () => {
    const [name] = planDns(inputOf(regionsOf([100]))).names;
    assert.ok(name);
    const branches = [1, 2, 5].map((weight, i) => ({
      identifier: `${i}`,
      weight,
      node: { kind: "answer", region: `r${i}`, address: `192.0.2.${i}` } as const,
    }));
    const tree = {
      ...name.tree,
      branches: [
        { region: "eu-west-1", clients: [], node: { kind: "weighted", branches } as const },
      ],
    };
    assert.equal(
      recordLua({ ...name, tree })[1],
      "local d=pickwrandom({{1, '0'}, {2, '1'}, {5, '2'}}) if d=='0' then o={'192.0.2.0'} " +
        "elseif d=='1' then o={'192.0.2.1'} else o={'192.0.2.2'} end",
    );
  });

  it("keeps its own names and a possible serial", () => {
    const plan = (app: string) => planDns(inputOf(regionsOf([100]), { apps: [app] }));
    assert.throws(() => zoneFile(plan("plain"), { serial: 1 }), /cannot be named plain/);
    assert.throws(
      () => zoneFile(plan("ns"), { serial: 1 }),
      /cannot be named ns: ns.meridian.test/,
    );
    assert.doesNotThrow(() => zoneFile(plan("ns"), { serial: 1, nameserver: "dns" }));
    for (const serial of [-1, 0.5, 2 ** 32, NaN])
      assert.throws(() => zoneFile(plan("web"), { serial }), RangeError);
    assert.doesNotThrow(() => zoneFile(plan("web"), { serial: 2 ** 32 - 1 }));
  });
});

describe("PowerDNS's configuration", () => {
  const options = {
    name: "one",
    folder: "/run/meridian/dns",
    socketDir: "/run/sockets",
    port: 5300,
    checkIntervalSeconds: 1,
  };

  it("is reached on this machine alone, and gives nothing away", () => {
    const settings = powerdnsSettings(options).split("\n");
    for (const line of [
      "local-address=127.0.0.1",
      "local-port=5300",
      "disable-axfr=yes",
      "webserver=no",
      "api=no",
      "security-poll-suffix=",
    ])
      assert.ok(settings.includes(line), line);
  });

  it("refuses a folder in which the control socket has no room", () => {
    const folder = (length: number) => `/${"x".repeat(length - 1)}`;
    // "/pdns-one.controlsocket" is 23 of the 107 bytes.
    const at = (length: number) => powerdnsSettings({ ...options, socketDir: folder(length) });
    assert.doesNotThrow(() => at(84));
    assert.throws(() => at(85), /1 bytes too long/);
  });
});
