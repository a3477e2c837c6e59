import { type RawDiagnostic, at, valueAt } from "../../../config/rawDiagnostic";
import { regionSchema } from "../../../config/regionSchema";
import { checkMirroring } from "./mirrorChecks";
import { awsSchema, localSchema, type StreamingInput } from "./schema";
import { checkTopicNames } from "./nameChecks";
import type { Written } from "./written";
import { checkReplication, checkRetention } from "./topicChecks";

/** Diagnostics that involve several options, which a single option's schema cannot detect. */
export function checkStreaming(raw: unknown): RawDiagnostic[] {
  const written = writtenIn(raw);
  if (written === undefined) return [];
  return [
    ...checkTopicNames(written),
    ...checkReplication(written),
    ...checkRetention(written),
    ...checkMirroring(written),
  ];
}

/** Undefined without valid options: a diagnostic that follows from another one helps no person. */
function writtenIn(raw: unknown): Written | undefined {
  const schema = valueAt(raw, ["provider"]) === "aws" ? awsSchema : localSchema;
  const streaming = schema.safeParse(valueAt(raw, at("streaming")));
  const listed = valueAt(raw, ["regions"]);
  if (!streaming.success || streaming.data === undefined || !Array.isArray(listed))
    return undefined;
  const { name, zones } = regionSchema.shape;
  const regions = listed.flatMap((region: unknown) => {
    const named = name.safeParse(valueAt(region, ["name"]));
    const zoned = zones.safeParse(valueAt(region, ["zones"]));
    return named.success && zoned.success
      ? [{ name: named.data, zones: new Set(zoned.data).size }]
      : [];
  });
  // Without the names of all regions, a flow could be reported although its region has only another mistake.
  if (regions.length === 0 || regions.length < listed.length) return undefined;
  // YAML has no undefined: an omitted option is absent.
  return { regions, streaming: streaming.data as StreamingInput };
}
