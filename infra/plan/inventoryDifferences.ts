import type { Inventory } from "./inventory";

/** The actual state: an `Inventory` with details that only inspection of the machine provides. */
export interface FoundInventory extends Omit<Inventory, "processes" | "members" | "optionalFiles"> {
  readonly processes: readonly { readonly name: string; readonly running: boolean }[];
  /** Processes of the instance that no supervisor manages. */
  readonly orphans: readonly FoundProcess[];
  /** Ports of the instance that a foreign process holds, by name. */
  readonly takenPorts: Readonly<Record<string, FoundProcess>>;
  /** Names of the processes that have logs. */
  readonly logs: readonly string[];
  /** Undefined if the federation does not respond. */
  readonly members: readonly { readonly name: string; readonly drained: boolean }[] | undefined;
}

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

export type DifferenceKind =
  | "process"
  | "orphan"
  | "cluster"
  | "component"
  | "file"
  | "log"
  | "port"
  | "authority"
  | "name"
  | "edge"
  | "member";

/** One difference between the plan and the actual state. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly name: string;
  /** extra: a leftover that may be deleted. */
  readonly how: "missing" | "extra" | "wrong";
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
}

/** All differences between the plan and the actual state; empty if there are none. Pure. */
export function compareInventory(expected: Inventory, found: FoundInventory): Difference[] {
  return [
    ...compareProcesses(expected, found),
    ...compareNames("cluster", expected.clusters, found.clusters),
    ...compareComponents(expected.components, found.components),
    ...compareNames("file", expected.files, found.files, expected.optionalFiles),
    ...extras("log", expected.processes, found.logs),
    ...compareNames("port", expected.ports, found.ports),
    ...comparePortHolders(found),
    ...compareValues("authority", expected.authorities, found.authorities),
    ...(expected.names === undefined
      ? []
      : compareValues("name", joined(expected.names), joined(found.names ?? {}))),
    ...compareValues("edge", expected.edges, found.edges),
    ...compareMembers(expected.members, found.members),
  ];
}

/** One line: title, expected, found, remedy. */
export function formatDifference(difference: Difference): string {
  const { expected, found, remedy } = difference;
  return `${differenceTitle(difference)}: expected ${expected}, found ${found}. ${remedy}`;
}

/** E.g. "process gateway-eu-west-1". */
export function differenceTitle({ kind, name }: Pick<Difference, "kind" | "name">): string {
  return `${titles[kind]} ${name}`;
}

const titles: Readonly<Record<DifferenceKind, string>> = {
  process: "process",
  orphan: "process",
  cluster: "data of cluster",
  component: "component",
  file: "file",
  log: "log of",
  port: "port",
  authority: "certificate",
  name: "DNS name",
  edge: "edge of",
  member: "federation member",
};

const again = "`npx meridian up` repairs it.";
const removes = "`npx meridian up` removes it.";
const absent = "nothing";

function compareProcesses({ processes }: Inventory, found: FoundInventory): Difference[] {
  const names = found.processes.map(({ name }) => name);
  const stopped = found.processes.filter(
    ({ name, running }) => !running && processes.includes(name),
  );
  return [
    ...compareNames("process", processes, names),
    ...stopped.map(({ name }): Difference => {
      const remedy = `\`npx meridian logs ${name}\` shows why; ${again}`;
      return { ...wrong("process", name, "running", "stopped"), remedy };
    }),
    ...found.orphans.map(({ pid, command }): Difference => {
      const what = `process ${pid} (${command.slice(0, 80)})`;
      return extra("orphan", `${pid}`, what);
    }),
  ];
}

/** Each component must run exactly once. */
function compareComponents(expected: readonly string[], found: readonly string[]): Difference[] {
  const counts = new Map<string, number>();
  for (const name of found) counts.set(name, (counts.get(name) ?? 0) + 1);
  const twice = expected.filter((name) => (counts.get(name) ?? 0) > 1);
  return [
    ...compareNames("component", expected, [...counts.keys()]),
    ...twice.map((name) =>
      wrong("component", name, "one process", `${counts.get(name)} processes`),
    ),
  ];
}

function comparePortHolders({ takenPorts }: FoundInventory): Difference[] {
  return Object.entries(takenPorts).map(([name, { pid, command }]) => ({
    ...wrong("port", name, "a process of this environment", `process ${pid} (${command})`),
    remedy: `End process ${pid}, or take the environment down and up again, which chooses other ports.`,
  }));
}

function compareMembers(
  expected: readonly string[],
  found: FoundInventory["members"],
): Difference[] {
  // The federation's own status reports that it does not respond.
  if (found === undefined) return [];
  const drained = found.filter((member) => member.drained && expected.includes(member.name));
  return [
    ...compareNames(
      "member",
      expected,
      found.map(({ name }) => name),
    ),
    ...drained.map(({ name }) => wrong("member", name, "taking replicas", "drained")),
  ];
}

function compareNames(
  kind: DifferenceKind,
  expected: readonly string[],
  found: readonly string[],
  optional: readonly string[] = [],
): Difference[] {
  const missing = expected.filter((name) => !found.includes(name));
  return [
    ...missing.map((name): Difference => ({
      ...wrong(kind, name, "present", absent),
      how: "missing",
    })),
    ...extras(kind, [...expected, ...optional], found),
  ];
}

function extras(
  kind: DifferenceKind,
  known: readonly string[],
  found: readonly string[],
): Difference[] {
  return found.filter((name) => !known.includes(name)).map((name) => extra(kind, name, "present"));
}

function compareValues(
  kind: DifferenceKind,
  expected: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): Difference[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  return names
    .filter((name) => expected[name] !== found[name])
    .map((name): Difference => {
      const [should, is] = [expected[name] ?? absent, found[name] ?? absent];
      const how = should === absent ? "extra" : is === absent ? "missing" : "wrong";
      return { ...wrong(kind, name, should, is), how };
    });
}

function joined(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(lists).map(([name, values]) => [name, [...values].sort().join(", ")]),
  );
}

function wrong(kind: DifferenceKind, name: string, expected: string, found: string): Difference {
  return { kind, name, how: "wrong", expected, found, remedy: again };
}

function extra(kind: DifferenceKind, name: string, found: string): Difference {
  return { kind, name, how: "extra", expected: absent, found, remedy: removes };
}
