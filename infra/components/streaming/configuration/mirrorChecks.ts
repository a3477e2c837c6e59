import type { RawDiagnostic } from "../../../config/rawDiagnostic";
import { type Flow, flowsOf } from "./replication";
import { type Written, inStreaming } from "./written";

/** Reports a source that is missing or unknown, flows without an end, and flows that copy a record twice. */
export function checkMirroring(written: Written): RawDiagnostic[] {
  const source = checkSource(written);
  const ends = (written.streaming.mirroring.flows ?? []).flatMap((_, index) =>
    checkFlow(written, index),
  );
  const first = [...source, ...ends];
  return first.length > 0 ? first : [...checkRepeated(written), ...checkIdentity(written)];
}

const inMirroring = (...parts: (string | number)[]) => inStreaming("mirroring", ...parts);

function checkSource({ regions, streaming }: Written): RawDiagnostic[] {
  const { mode, source } = streaming.mirroring;
  const names = regions.map(({ name }) => name);
  const path = inMirroring("source");
  if (mode === "active-active")
    return source === undefined
      ? []
      : [
          {
            path,
            expected: "nothing: with active-active, apps write in every region",
            remedy: "Remove it, or write mode: active-passive.",
          },
        ];
  if (source !== undefined && names.includes(source)) return [];
  return [{ path, ...oneOf("the region that apps write to", names) }];
}

function checkFlow({ regions, streaming }: Written, index: number): RawDiagnostic[] {
  const { mode, source, names: naming, flows = [] } = streaming.mirroring;
  const flow = flows[index];
  if (flow === undefined) return [];
  const names = regions.map(({ name }) => name);
  const topics = Object.keys(streaming.topics);
  const path = (...parts: (string | number)[]) => inMirroring("flows", index, ...parts);
  const unknown = [
    ...(["from", "to"] as const)
      .filter((end) => !names.includes(flow[end]))
      .map((end) => ({ path: path(end), ...oneOf("the name of a region", names) })),
    ...(flow.topics ?? []).flatMap((name, position) =>
      topics.includes(name)
        ? []
        : [{ path: path("topics", position), ...oneOf("the name of a topic", topics) }],
    ),
  ];
  if (unknown.length > 0) return unknown;
  if (flow.from === flow.to)
    return [{ path: path("to"), expected: "another region than from", remedy: "Write another." }];
  if (mode === "active-active") return [];
  if (flow.to === source)
    return [
      {
        path: path("to"),
        expected: `a region that apps do not write to; ${source} is the source`,
        remedy: "Remove the flow, or write mode: active-active.",
      },
    ];
  // With prefixes a flow copies only what was written in its region, and apps write in the source only.
  if (naming === "identity" || flow.from === source) return [];
  return [
    {
      path: path("from"),
      expected: `${source}, the source: apps write in no other region`,
      remedy: `Write from: ${source}, or names: identity for a chain of regions.`,
    },
  ];
}

/** @param accepted the possible values; empty if there are none. */
function oneOf(what: string, accepted: readonly string[]) {
  const shown = accepted.slice(0, 10).join(", ");
  return {
    expected: `${what}: ${shown === "" ? "there is none" : shown}`,
    remedy: shown === "" ? "Remove it." : `Write one of ${shown}.`,
  };
}

/** Two flows would copy the same records twice. */
function checkRepeated({ streaming }: Written): RawDiagnostic[] {
  const flows = effective(streaming);
  return flows.flatMap(({ from, to, topics }, index) => {
    const earlier = flows
      .slice(0, index)
      .findIndex((flow) => flow.from === from && flow.to === to && shares(flow.topics, topics));
    if (earlier < 0) return [];
    return [
      {
        path: inMirroring("flows", index),
        expected: `other records than those of flows[${earlier}]`,
        remedy: "Remove one of the two flows, or name different topics.",
      },
    ];
  });

  function effective({ mirroring, topics }: Written["streaming"]): readonly Flow[] {
    return mirroring.flows === undefined ? [] : flowsOf([], Object.keys(topics), mirroring);
  }
}

/**
 * Without prefixes a record has the same topic everywhere, and every flow copies it further: in a cycle it would return to its
 * origin for ever, and by two paths it would arrive twice.
 */
function checkIdentity({ regions, streaming }: Written): RawDiagnostic[] {
  if (streaming.mirroring.names !== "identity") return [];
  const names = regions.map(({ name }) => name);
  const topics = Object.keys(streaming.topics);
  const flows = flowsOf(names, topics, streaming.mirroring);
  for (const topic of topics) {
    const edges = flows.filter((flow) => flow.topics.includes(topic));
    for (const start of names) {
      const twice = reachedTwice(start, edges);
      if (twice !== undefined)
        return [
          {
            path: inMirroring("names"),
            expected:
              twice === start
                ? `prefixed: the flows form a cycle, and a record of ${topic} would return to ${start}`
                : `prefixed: a record of ${topic} would reach ${twice} from ${start} by two paths`,
            remedy: "Remove names, or remove a flow.",
          },
        ];
    }
  }
  return [];
}

/** The first region that a record written in `start` reaches a second time. */
function reachedTwice(start: string, edges: readonly Flow[]): string | undefined {
  const reached = new Set([start]);
  const queue = [start];
  for (let region = queue.shift(); region !== undefined; region = queue.shift())
    for (const { from, to } of edges) {
      if (from !== region) continue;
      if (reached.has(to)) return to;
      reached.add(to);
      queue.push(to);
    }
  return undefined;
}

function shares(one: readonly string[], other: readonly string[]): boolean {
  return one.some((name) => other.includes(name));
}
