import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "../infra/providers/local/instance";
import type { EngineTime } from "../operations/engine/times";
import type { Step } from "./criticalPath";

/** A resource in the engine's state. */
export interface StateResource {
  readonly urn: string;
  /** False for a component: it exists as soon as it is registered, and its time is that of its children. */
  readonly custom: boolean;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  /** URN and id, joined by "::". */
  readonly provider?: string;
}

/** Start and end of a run of the engine, and of each resource: milliseconds since 1970. */
export interface EngineRun {
  readonly begin: number;
  readonly end: number;
  readonly resources: ReadonlyMap<string, { readonly begin: number; readonly end: number }>;
}

/**
 * Derives a run from its recorded times. Pure.
 * @throws if the run is incomplete.
 */
export function engineRunOf(times: readonly EngineTime[]): EngineRun {
  const atFirst = (what: EngineTime["what"], of?: string) =>
    times.find((time) => time.what === what && time.urn === of)?.at;
  const [begin, end] = [atFirst("run began"), atFirst("run ended")];
  if (begin === undefined || end === undefined)
    throw new Error("the engine's times are incomplete");
  const urns = new Set(times.flatMap(({ urn }) => urn ?? []));
  const resources = [...urns].flatMap((urn) => {
    const [from, to] = [atFirst("began", urn), atFirst("ended", urn)];
    return from === undefined || to === undefined ? [] : [[urn, { begin: from, end: to }] as const];
  });
  return { begin, end, resources: new Map(resources) };
}

/**
 * Resources as steps, each after its dependencies, its parent and its provider. Pure.
 * @param msOf Converts a step's start and end to its duration.
 */
export function stepsOf(
  { resources }: EngineRun,
  state: readonly StateResource[],
  msOf: (begin: number, end: number) => number,
): Step[] {
  return state.map(({ urn, custom, parent, dependencies = [], provider }) => {
    const times = custom ? resources.get(urn) : undefined;
    const others = [parent, provider?.slice(0, provider.lastIndexOf("::"))];
    return {
      name: urn,
      ms: times === undefined ? 0 : msOf(times.begin, times.end),
      after: [...dependencies, ...others.flatMap((one) => one ?? [])],
    };
  });
}

/** The lines of a file of engine times. */
export function readEngineTimes(file: string): EngineTime[] {
  const lines = fs.readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as EngineTime);
}

/** The resources in the state of an instance's file backend. */
export function readState({ stateDir, environment }: Instance): readonly StateResource[] {
  const folder = path.join(stateDir, ".pulumi", "stacks");
  const file = fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .find((name) => path.basename(name) === `${environment}.json`);
  if (file === undefined) throw new Error(`${folder} has no state of ${environment}`);
  const text = fs.readFileSync(path.join(folder, file), "utf8");
  const state = JSON.parse(text) as {
    checkpoint?: { latest?: { resources?: readonly StateResource[] } };
  };
  return state.checkpoint?.latest?.resources ?? [];
}
