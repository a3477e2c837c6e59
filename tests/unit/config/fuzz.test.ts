import assert from "node:assert/strict";
import fc from "fast-check";
import { parseEnvironment } from "../../../infra/config/parse";
import { planPlatform } from "../../../infra/plan";
import { diagnosticsOf, sound } from "./sample";

/** Options with a value that none of them accepts, and the path where that must be reported. */
const junk = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.constantFrom("", " ", "\u0000", "-", "A B", "🙂"),
  fc.constantFrom(-1, NaN, Infinity, 1e300, -0.5),
  fc.constantFrom({ nothing: 1 }, [[]], [null], JSON.parse('{"__proto__":{"x":1}}') as object),
);
const regionField = fc.constantFrom(
  ...["name", "role", "zones", "nodesPerZone", "spotPerZone", "node", "weight", "cidr"],
);
const target = fc.oneof(
  fc.constantFrom("provider", "regions", "federation", "delivery", "traffic").map((key) => [key]),
  fc.tuple(fc.constant("regions"), fc.nat(2), regionField),
  fc.tuple(
    fc.constant("regions"),
    fc.nat(2),
    fc.constant("node"),
    fc.constantFrom("cpu", "memory"),
  ),
  fc.tuple(
    fc.constant("delivery"),
    fc.constantFrom("repository", "track", "pollSeconds", "freezes"),
  ),
  fc.tuple(fc.constant("traffic"), fc.constantFrom("domain", "ttlSeconds")),
  fc.tuple(fc.constant("federation"), fc.constant("failover"), fc.constant("profile")),
);

describe("a configuration of any kind", () => {
  it("is refused at the field that is wrong", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(target, junk), { minLength: 1, maxLength: 4 }), (breaks) => {
        // One break for each option: a second would hide or fix the first.
        const apart = breaks.filter(
          ([path], i) => breaks.findIndex(([other]) => other[0] === path[0]) === i,
        );
        const raw = sound();
        for (const [path, value] of apart) plant(raw, path, value);
        const paths = diagnosticsOf(raw).map((diagnostic) => diagnostic.path);
        for (const [path] of apart) {
          const start = format(path);
          assert.ok(
            paths.some((each) => each.startsWith(start)),
            `${start} not in ${paths.join(", ")}`,
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is either planned or refused with problems, and nothing is ever thrown", () => {
    const raw = fc.record(
      {
        provider: fc.oneof(fc.constant("local"), fc.anything()),
        regions: fc.oneof(fc.array(looseRegion(), { maxLength: 5 }), fc.anything()),
        federation: fc.oneof(fc.constant({}), fc.object()),
        delivery: fc.oneof(fc.constant({}), fc.object()),
        traffic: fc.oneof(fc.constant({}), fc.object()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(raw, (options) => {
        const result = parseEnvironment("test", options);
        if (result.ok) return void planPlatform(result.environment);
        assert.ok(result.diagnostics.length > 0);
        for (const { path, value, expected, remedy } of result.diagnostics)
          assert.ok(path.startsWith("meridian:") && value && expected && remedy);
      }),
      { numRuns: 500 },
    );
  });
});

/** Regions that are nearly right, so that the checks between them are reached too. */
function looseRegion() {
  const number = fc.oneof(fc.integer({ min: -1, max: 4 }), fc.anything());
  return fc.record(
    {
      name: fc.oneof(fc.constantFrom("eu-west-1", "us-east-1", "mars-1"), fc.anything()),
      role: fc.constantFrom("hub", "member", undefined),
      zones: fc.oneof(fc.array(fc.constantFrom("a", "b", "c", 1)), fc.anything()),
      nodesPerZone: number,
      spotPerZone: number,
      weight: number,
      cidr: fc.constantFrom("10.80.0.0/16", "10.80.0.0/20", "10.16.0.0/16", "x", null, undefined),
    },
    { requiredKeys: ["name"] },
  );
}

function plant(raw: Record<string, unknown>, path: readonly (string | number)[], value: unknown) {
  const last = path.at(-1);
  let place: Record<string | number, unknown> = raw;
  for (const key of path.slice(0, -1))
    place = (place[key] ??= {}) as Record<string | number, unknown>;
  if (last !== undefined) place[last] = value;
}

function format(path: readonly (string | number)[]): string {
  const [first, ...rest] = path;
  return `meridian:${first}${rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("")}`;
}
