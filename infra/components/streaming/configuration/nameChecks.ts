import type { RawDiagnostic } from "../../../config/rawDiagnostic";
import { type Written, inStreaming } from "./written";

/** Kafka's limit for the name of a topic. */
const longestName = 249;

/** Reports each topic whose name Kafka, or MirrorMaker, would not accept. One diagnostic for each topic. */
export function checkTopicNames({ regions, streaming }: Written): RawDiagnostic[] {
  const names = Object.keys(streaming.topics);
  const prefixes = regions.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const mistake =
      ownMistake(name, prefixes) ?? collision(name, names.slice(0, index)) ?? undefined;
    return mistake === undefined ? [] : [{ path: inStreaming("topics", name), ...mistake }];
  });
}

type Mistake = Omit<RawDiagnostic, "path">;

function ownMistake(name: string, regions: readonly string[]): Mistake | undefined {
  // A mirrored topic is `<region>.<topic>`.
  const prefix = Math.max(...regions.map((region) => `${region}.`.length));
  if (!/^[A-Za-z0-9._-]+$/.test(name) || name === "." || name === "..")
    return {
      expected: "a name that Kafka accepts: letters, digits and . _ -, but not . or ..",
      remedy: "Rename the topic, e.g. orders.created.",
    };
  if (prefix + name.length > longestName)
    return {
      expected: `a name of ${longestName - prefix} characters at most, so that <region>.<topic> has ${longestName}`,
      remedy: "Shorten the topic's name.",
    };
  if (isInternal(name))
    return {
      expected: "a name that MirrorMaker does not take for an internal topic",
      remedy:
        "Rename it: without __ or mm2 at the beginning, without .internal, -internal or .replica at the end, and not heartbeats.",
    };
  // Kafka's metrics replace the dot by an underscore: it warns about names that differ only in these.
  const taken = regions.find((region) => metricName(name).startsWith(`${region}_`));
  if (taken === undefined) return undefined;
  return {
    expected: `a name that does not begin with ${taken}. or ${taken}_, as the topics that are mirrored from ${taken} do`,
    remedy: "Rename the topic without the region: it exists in every region.",
  };
}

/** MirrorMaker does not copy topics with such names. */
function isInternal(name: string): boolean {
  return /^(__|mm2)|[.-]internal$|[.]replica$|^heartbeats$/.test(name);
}

function collision(name: string, earlier: readonly string[]): Mistake | undefined {
  const other = earlier.find((before) => metricName(before) === metricName(name));
  if (other === undefined) return undefined;
  return {
    expected: `a name that differs from ${other} in more than dots and underscores, as Kafka's metrics replace one by the other`,
    remedy: "Rename one of the two topics, or remove it.",
  };
}

function metricName(name: string): string {
  return name.replaceAll(".", "_");
}
