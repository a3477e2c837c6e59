import { z } from "zod";
import type { Guide } from "../../config/option";
import type { RawDiagnostic } from "../../config/rawDiagnostic";
import { wholeWeight } from "./flags";

/** Expectation and remedy of each diagnostic. The schemas below refer to one by its key, as zod's message. */
const words = {
  file: {
    expected: "an object with flags",
    remedy: 'Begin with { "flags": {} }; `npx meridian flag create` adds one.',
  },
  map: { expected: "an object", remedy: "Write it in braces." },
  list: { expected: "a list", remedy: "Write it in brackets." },
  text: { expected: "a text", remedy: "Write it in quotes." },
  salt: { expected: "a text that never changes", remedy: "Write the flag's key." },
  boolean: { expected: "true or false", remedy: "Write true or false, without quotes." },
  version: { expected: "a whole number from 0", remedy: "Write 1; every edit raises it." },
  variations: { expected: "[true, false]", remedy: "List what the flag can be." },
  place: { expected: "a place in variations, from 0", remedy: "Write 0 for the first variation." },
  weight: {
    expected: `a whole number from 0 to ${wholeWeight}, in thousandths of a percent`,
    remedy: "Write 25000 for 25 %.",
  },
  weights: {
    expected: `weights that sum to ${wholeWeight}`,
    remedy: "`npx meridian flag set <flag> <percent>` writes them.",
  },
  serve: {
    expected: "either variation or rollout",
    remedy: "Keep the one that is meant, and take the other out.",
  },
  rolloutKind: { expected: "rollout or experiment", remedy: "Take it out, or correct it." },
  seed: { expected: "a whole number", remedy: "Take it out, or correct it." },
  operator: {
    expected: "an operator of LaunchDarkly's",
    remedy: 'Write "in" for one of the values.',
  },
  flagValues: {
    expected: "nothing: a flag without rules cannot gate",
    remedy: "Write its flags out under flags; `npx meridian flag create` writes one.",
  },
} satisfies Record<string, Guide>;

const say = (name: keyof typeof words) => ({ error: name });

const operators = [
  ...["in", "endsWith", "startsWith", "matches", "contains", "segmentMatch"],
  ...["lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual", "before", "after"],
  ...["semVerEqual", "semVerLessThan", "semVerGreaterThan"],
];

const text = z.string(say("text"));
const boolean = z.boolean(say("boolean"));
const place = z.int(say("place")).min(0, say("place"));
const list = <T extends z.ZodType>(item: T) => z.array(item, say("list"));
const map = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape, say("map"));

const weight = z.int(say("weight")).min(0, say("weight")).max(wholeWeight, say("weight"));
const share = map({ variation: place, weight });
const rollout = map({
  kind: z.enum(["rollout", "experiment"], say("rolloutKind")).optional(),
  contextKind: text.optional(),
  bucketBy: text.nullish(),
  seed: z.int(say("seed")).nullish(),
  variations: list(share).refine(
    (shares) => shares.reduce((sum, one) => sum + one.weight, 0) === wholeWeight,
    say("weights"),
  ),
});
const serve = { variation: place.optional(), rollout: rollout.optional() };
const onlyOne = (one: { variation?: unknown; rollout?: unknown }) =>
  (one.variation === undefined) !== (one.rollout === undefined);

const clause = map({
  contextKind: text.optional(),
  attribute: text,
  op: z.enum(operators, say("operator")),
  values: list(z.unknown()),
  negate: boolean.optional(),
});
const target = map({ contextKind: text.optional(), variation: place, values: list(text) });
const version = z.int(say("version")).min(0, say("version"));

const flag = map({
  key: text,
  version,
  on: boolean,
  variations: z.array(z.unknown(), say("variations")).min(1, say("variations")),
  fallthrough: map(serve).refine(onlyOne, say("serve")),
  offVariation: place.nullish(),
  rules: list(
    map({
      ...serve,
      id: text.optional(),
      description: text.optional(),
      clauses: list(clause),
    }).refine(onlyOne, say("serve")),
  ).optional(),
  targets: list(target).optional(),
  contextTargets: list(target).optional(),
  prerequisites: list(map({ key: text, variation: place })).optional(),
  salt: z.string(say("salt")).min(1, say("salt")),
  clientSideAvailability: map({
    usingMobileKey: boolean.optional(),
    usingEnvironmentId: boolean.optional(),
  }).optional(),
});

const file = z.looseObject(
  {
    flags: z.record(z.string(), flag, say("map")),
    segments: z.record(z.string(), map({ key: text, version }), say("map")).optional(),
    flagValues: z.undefined(say("flagValues")).optional(),
  },
  say("file"),
);

/** Diagnostics of a parsed flag file that does not conform to LaunchDarkly's format. */
export function shapeDiagnostics(json: unknown): RawDiagnostic[] {
  const result = file.safeParse(json);
  if (result.success) return [];
  return result.error.issues.map(({ path, message }) => {
    const plain = path.map((part) => (typeof part === "number" ? part : String(part)));
    // A file without flags has the path of the missing flags and the message for the file.
    const name = plain.length === 1 && plain[0] === "flags" ? "file" : message;
    return { path: plain, ...((words as Readonly<Record<string, Guide>>)[name] ?? words.file) };
  });
}
