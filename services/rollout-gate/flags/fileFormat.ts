import * as z from "zod";

const branch = z.looseObject({
  variation: z.number().optional(),
  rollout: z
    .looseObject({
      variations: z.array(z.looseObject({ variation: z.number(), weight: z.number() })),
    })
    .optional(),
});

const targets = z.array(z.looseObject({ values: z.array(z.string()) }));

const flag = z.looseObject({
  key: z.string(),
  on: z.boolean(),
  variations: z.array(z.unknown()),
  version: z.number(),
  prerequisites: z.array(z.looseObject({ key: z.string(), variation: z.number() })).optional(),
  targets: targets.optional(),
  contextTargets: targets.optional(),
  rules: z.array(branch.extend({ clauses: z.array(z.looseObject({ op: z.string() })) })).optional(),
  fallthrough: branch.optional(),
});

const segment = z.looseObject({ key: z.string(), version: z.number() });

const file = z.looseObject({
  flags: z.record(z.string(), flag).default({}),
  flagValues: z.record(z.string(), z.unknown()).default({}),
  segments: z.record(z.string(), segment).default({}),
});

/**
 * Diagnostic of a text as a file of LaunchDarkly's format; undefined if it is valid. The SDK itself would treat a flag without
 * `on` as off.
 */
export function fileDiagnostic(text: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the file at length.
    return `not JSON (${(error as Error).name}, ${text.length} characters)`;
  }
  const checked = file.safeParse(parsed);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    return `${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "not understood"}`;
  }
  const { flags, flagValues, segments } = checked.data;
  const misplaced = [...Object.entries(flags), ...Object.entries(segments)].find(
    ([name, { key }]) => name !== key,
  );
  if (misplaced !== undefined) return `${misplaced[0]}: its key is ${misplaced[1].key}`;
  const double = Object.keys(flagValues).find((key) => Object.hasOwn(flags, key));
  return double === undefined ? undefined : `${double}: in flags and in flagValues`;
}
