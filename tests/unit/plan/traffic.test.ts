import assert from "node:assert/strict";
import fc from "fast-check";
import type { RegionConfig } from "../../../infra/config/types";
import { planPlatform } from "../../../infra/plan";
import { planDns } from "../../../infra/components/dns";
import {
  loopbackNetworks,
  planTraffic,
  zoneInputs,
} from "../../../infra/components/gateway/traffic";
import { parsed } from "../config/sample";

type Ranges = readonly (readonly [name: string, cidr: string])[];

const networks = (ranges: Ranges) =>
  loopbackNetworks(ranges.map(([name, cidr]) => ({ name, cidr }) as RegionConfig));
const asObject = (ranges: Ranges) => Object.fromEntries(networks(ranges));

/** Ranges as a configuration may have them: none overlaps another. */
const whole = fc.integer({ min: 0, max: 255 }).map((byte) => `10.${byte}.0.0/16`);
const narrow = fc
  .tuple(fc.constantFrom("172.20", "172.21", "192.168", "10.240", "10.241"), fc.nat(15))
  .map(([start, part]) => `${start}.${part * 16}.0/20`);
const other = fc.constantFrom("172.16.0.0/16", "172.17.0.0/16", "192.168.0.0/16");
const apart = fc
  .uniqueArray(fc.oneof(whole, narrow, other), { maxLength: 60 })
  .map((cidrs) =>
    cidrs.filter((cidr) => {
      const [start = "", prefix] = [cidr.split(".").slice(0, 2).join("."), cidr.slice(-2)];
      // The narrow one goes where a /16 would hold it.
      return prefix === "16" || !cidrs.includes(`${start}.0.0/16`);
    }),
  )
  .map((cidrs) => cidrs.map((cidr, i) => [`r${i}`, cidr] as const));

describe("Loopback networks", () => {
  it("have the second byte of their region's own range", () => {
    assert.deepEqual(
      asObject([
        ["one", "10.20.0.0/16"],
        ["two", "10.255.0.0/16"],
        ["three", "172.31.0.0/16"],
        ["four", "10.64.0.0/14"],
        ["five", "10.1.16.0/20"],
      ]),
      { one: 20, two: 255, three: 31, four: 64, five: 1 },
    );
  });

  it("are distinct where ranges share that byte: the first has it, the others one from the top", () => {
    assert.deepEqual(
      asObject([
        ["one", "10.254.0.0/20"],
        ["two", "10.254.16.0/20"],
        ["three", "10.253.0.0/16"],
        ["four", "10.254.32.0/20"],
      ]),
      { one: 254, two: 252, three: 253, four: 251 },
    );
  });

  it("leave 127.0 to the machine", () => {
    assert.deepEqual(asObject([["one", "10.0.0.0/16"]]), { one: 254 });
  });

  it("give a 10.x.0.0/16 its byte, wherever in the list it is", () => {
    const [a, b] = [["a", "172.20.0.0/16"] as const, ["b", "10.20.0.0/16"] as const];
    assert.deepEqual(asObject([a, b]), { a: 254, b: 20 });
    assert.deepEqual(asObject([b, a]), { b: 20, a: 254 });
  });

  it("are one for each region, from 1 to 255", () => {
    fc.assert(
      fc.property(apart, (ranges) => {
        const bytes = [...networks(ranges).values()];
        assert.deepEqual(
          [...networks(ranges).keys()],
          ranges.map(([name]) => name),
        );
        assert.equal(new Set(bytes).size, ranges.length);
        for (const byte of bytes) assert.ok(Number.isInteger(byte) && byte >= 1 && byte <= 255);
      }),
    );
  });

  it("of a region with a /16 of its own move for nobody who comes or goes", () => {
    fc.assert(
      fc.property(
        apart.chain((all) => fc.tuple(fc.constant(all), fc.subarray(all))),
        ([all, some]) => {
          const [before, after] = [networks(some), networks(all)];
          for (const [name, cidr] of some) {
            const byte = /^10\.(\d+)\.0\.0\/16$/.exec(cidr)?.[1];
            if (byte === undefined || byte === "0") continue;
            assert.deepEqual([before.get(name), after.get(name)], [Number(byte), Number(byte)]);
          }
        },
      ),
    );
  });

  it("end with the 254th region", () => {
    const narrowest = Array.from({ length: 256 }, (_, i) => [`r${i}`, `10.1.${i}.0/24`] as const);
    assert.equal(new Set(networks(narrowest.slice(0, 254)).values()).size, 254);
    assert.throws(() => networks(narrowest), {
      name: "RangeError",
      message: "more than 254 regions cannot have a loopback network each",
    });
  });
});

const environment = parsed({
  provider: "local",
  regions: [{ name: "mars-1", cidr: "10.16.0.0/14" }, { name: "eu-west-1" }],
  traffic: { domain: "shop.example", ttlSeconds: 9 },
});

describe("The plan of traffic", () => {
  const edges = [
    {
      region: "mars-1",
      network: "127.16",
      address: "127.16.0.1",
      clients: ["10.16.0.0/14", "127.16.0.0/16"],
    },
    {
      region: "eu-west-1",
      network: "127.20",
      address: "127.20.0.1",
      clients: ["10.20.0.0/16", "127.20.0.0/16"],
    },
  ];
  const check = { intervalSeconds: 1, timeoutSeconds: 1, failureThreshold: 1 };

  it("has the settings, the apps by name and an edge for each region in their order", () => {
    const apps = ["shop", "blog"];
    assert.deepEqual(planTraffic(environment, apps), {
      domain: "shop.example",
      ttlSeconds: 9,
      check,
      apps: ["blog", "shop"],
      edges,
    });
    assert.deepEqual(apps, ["shop", "blog"]);
  });

  it("is part of the platform's, without apps where none are told", () => {
    assert.deepEqual(
      planPlatform(environment, ["shop"]).traffic,
      planTraffic(environment, ["shop"]),
    );
    assert.deepEqual(planPlatform(environment).traffic.apps, []);
  });

  it("makes the zone, all but the weights, which DNS takes as it is", () => {
    const inputs = zoneInputs(planTraffic(environment, ["shop"]), 8080);
    assert.deepEqual(inputs, {
      domain: "shop.example",
      ttlSeconds: 9,
      check: { ...check, port: 8080 },
      apps: ["shop"],
      regions: edges.map(({ region, address, clients }) => ({ name: region, address, clients })),
    });
    const regions = inputs.regions.map((region) => ({ ...region, weight: 100 }));
    assert.deepEqual(
      planDns({ ...inputs, regions }).names.map(({ name, check }) => [name, check.path]),
      [["shop.shop.example", "/healthz/shop"]],
    );
  });
});
