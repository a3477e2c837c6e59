import { z } from "zod";
import { option, type Parsed, whole } from "./option";
import { at, type RawDiagnostic, valueAt } from "./rawDiagnostic";

/** Defaults and bounds of automatic failback; docs/adr/0022-failback.md has the reasons. */
const steadyDefault = 300;
const concurrentDefault = 5;

/** Karmada renews its watch on a returned region after at most this time: replicas that return earlier can go missing. */
const steadyLeast = 60;

/** The option `federation.failover.failback`. */
export const failbackSchema = option(
  z
    .strictObject({
      mode: option(
        z.enum(["manual", "automatic"]).default("manual"),
        "Who returns replicas to a region that is back: a person, with `meridian rebalance`, or the platform.",
        {
          expected: '"manual" or "automatic"',
          remedy: "Write mode: automatic, or leave it out for manual.",
        },
      ),
      steadySeconds: whole(
        steadyLeast,
        86_400,
        `How long a region has to be ready without interruption before replicas return to it, in seconds. Default: ${steadyDefault}.`,
        `Write seconds, e.g. ${steadyDefault}; Karmada needs ${steadyLeast} to watch a returned region again.`,
      ).optional(),
      maxConcurrent: whole(
        1,
        1000,
        `How many workloads return at a time; the next one follows when one is ready. Default: ${concurrentDefault}.`,
        "Write how many workloads may move at a time, 1 or more, or mode: manual if none may.",
      ).optional(),
    })
    .prefault({}),
  "How replicas return to a region that was lost and is back.",
  {
    expected: "a map of mode, steadySeconds, maxConcurrent",
    remedy: "Write failback: { mode: automatic }, or leave it out.",
  },
);

type Written = Parsed<typeof failbackSchema>;

/** How replicas return to a region that was lost and is back: a person runs `meridian rebalance`, or the platform does it. */
export type FailbackConfig = { readonly mode: "manual" } | AutomaticFailback;

export interface AutomaticFailback extends Required<Omit<Written, "mode">> {
  readonly mode: "automatic";
}

/** Options that have an effect in automatic mode only: a person who writes one expects that mode. */
export function checkFailback(raw: unknown): RawDiagnostic[] {
  const path = at("federation", "failover", "failback");
  const mode = valueAt(raw, [...path, "mode"]) ?? "manual";
  if (mode !== "manual") return [];
  return ["steadySeconds", "maxConcurrent"]
    .filter((key) => valueAt(raw, [...path, key]) !== undefined)
    .map((key) => ({
      path: [...path, key],
      expected: "nothing: failback is manual",
      remedy: `Write mode: automatic beside it, or remove ${key}.`,
    }));
}

/** Applies the defaults of the mode. */
export function resolveFailback({
  mode,
  steadySeconds = steadyDefault,
  maxConcurrent = concurrentDefault,
}: Written): FailbackConfig {
  return mode === "manual" ? { mode } : { mode, steadySeconds, maxConcurrent };
}
