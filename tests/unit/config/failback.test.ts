import assert from "node:assert/strict";
import { isReported, type Row } from "./rows";
import { diagnosticsOf, parsed, sound, soundAws } from "./sample";

const withFailback = (failback: unknown) => ({
  ...sound(),
  federation: { failover: { failback } },
});
const automatic = (fields: Record<string, unknown> = {}) =>
  withFailback({ mode: "automatic", ...fields });
const at = (key: string) => `meridian:federation.failover.failback${key}`;

const rows: Row[] = [
  ["an unknown mode", withFailback({ mode: "auto" }), at(".mode"), /mode: automatic/],
  ["a mode alone", withFailback("automatic"), at(""), /failback: \{ mode: automatic \}/],
  ["a steady time of 0", automatic({ steadySeconds: 0 }), at(".steadySeconds"), /60/],
  [
    "one shorter than Karmada needs",
    automatic({ steadySeconds: 59 }),
    at(".steadySeconds"),
    /needs 60/,
  ],
  ["one of a week", automatic({ steadySeconds: 604_800 }), at(".steadySeconds"), /Write seconds/],
  ["one with a unit", automatic({ steadySeconds: "5m" }), at(".steadySeconds"), /Write seconds/],
  ["half a second", automatic({ steadySeconds: 90.5 }), at(".steadySeconds"), /Write seconds/],
  ["a bound of 0", automatic({ maxConcurrent: 0 }), at(".maxConcurrent"), /1 or more/],
  ["a bound below 0", automatic({ maxConcurrent: -1 }), at(".maxConcurrent"), /1 or more/],
  ["a bound of anything", automatic({ maxConcurrent: 1001 }), at(".maxConcurrent"), /1 or more/],
  [
    "a steady time without the mode",
    withFailback({ steadySeconds: 120 }),
    at(".steadySeconds"),
    /mode: automatic beside it/,
  ],
  [
    "a bound in manual mode",
    withFailback({ mode: "manual", maxConcurrent: 2 }),
    at(".maxConcurrent"),
    /mode: automatic beside it/,
  ],
  ["a misspelt option", automatic({ steadySecond: 90 }), at(".steadySecond"), /steadySeconds\?/],
];

describe("The configuration of failback", () => {
  const failbackOf = (raw: Record<string, unknown>) => parsed(raw).federation.failover.failback;

  describe("reports", () => rows.forEach(isReported));

  it("reports every mistake at once", () => {
    const diagnostics = diagnosticsOf(automatic({ steadySeconds: 0, maxConcurrent: 0 }));
    assert.deepEqual(diagnostics.map(({ path }) => path).sort(), [
      at(".maxConcurrent"),
      at(".steadySeconds"),
    ]);
  });

  it("is manual unless it says otherwise, on every provider", () => {
    for (const raw of [sound(), soundAws(), withFailback({}), withFailback({ mode: "manual" })])
      assert.deepEqual(failbackOf(raw), { mode: "manual" });
  });

  it("has defaults for the automatic mode, and accepts the bounds", () => {
    const defaults = { mode: "automatic", steadySeconds: 300, maxConcurrent: 5 };
    assert.deepEqual(failbackOf(automatic()), defaults);
    for (const given of [
      { steadySeconds: 60, maxConcurrent: 1 },
      { steadySeconds: 86_400, maxConcurrent: 1000 },
    ])
      assert.deepEqual(failbackOf(automatic(given)), { mode: "automatic", ...given });
  });
});
