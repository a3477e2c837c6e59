import * as fs from "node:fs";
import * as path from "node:path";
import type { Ports } from "../ports";
import { holdersOf, processesOf, type RunningProcess } from "../processes";
import type { Instance } from "../instance";
import type { FoundInventory } from "../../../plan/inventoryDifferences";

/** Running components of clusters, e.g. "eu-west-1/etcd", one entry for each process. */
export function runningComponents(
  { clustersDir }: Instance,
  processes: readonly RunningProcess[],
): string[] {
  const clusters = path.join(clustersDir, "clusters") + path.sep;
  return processes
    .filter(({ command }) => command.startsWith(clusters))
    .filter((one) => !isFork(one, processes))
    .map(({ command }) => {
      const [executable = ""] = command.slice(clusters.length).split(" ");
      const [cluster, , component] = executable.split(path.sep);
      return `${cluster}/${component}`;
    })
    .sort();
}

/**
 * Processes that use the instance's files and have no supervisor as ancestor: a killed supervisor left them behind. Components of
 * clusters are excluded, because kwokctl leaves all of them to init.
 */
export function orphansOf(
  { clustersDir, filesDir }: Instance,
  processes: readonly RunningProcess[],
): RunningProcess[] {
  const supervisors = new Set(processes.filter(isSupervisor).map(({ pid }) => pid));
  const component = path.join(clustersDir, "clusters") + path.sep;
  return processes.filter(
    ({ pid, command }) =>
      command.includes(filesDir + path.sep) &&
      !command.startsWith(component) &&
      !supervisors.has(pid) &&
      !ancestorsOf(pid).some((ancestor) => supervisors.has(ancestor) || ancestor === process.pid),
  );
}

/** Ports of the instance on which a foreign process listens, by name. */
export function takenPorts(instance: Instance, ports: Ports): FoundInventory["takenPorts"] {
  const own = new Set(processesOf(instance).map(({ pid }) => pid));
  const holders = holdersOf(Object.values(ports));
  const taken = Object.entries(ports).flatMap(([name, port]) => {
    const holder = holders.get(port);
    if (holder === undefined || own.has(holder.pid)) return [];
    return isOwned(holder.pid, own) ? [] : [[name, holder] as const];
  });
  return Object.fromEntries(taken);
}

function isSupervisor({ command }: RunningProcess): boolean {
  return path.basename(command.split(" ")[0] ?? "") === "process-compose";
}

/** Between fork and exec, a process is briefly a copy of its parent. */
function isFork({ pid, command }: RunningProcess, all: readonly RunningProcess[]): boolean {
  const parent = parentOf(pid);
  return all.some((one) => one.pid === parent && one.command === command);
}

/** A process without the instance's environment variable still belongs to the instance if an ancestor has it. */
function isOwned(pid: number, own: ReadonlySet<number>): boolean {
  return ancestorsOf(pid).some((ancestor) => own.has(ancestor));
}

function ancestorsOf(pid: number): number[] {
  const found: number[] = [];
  for (let each = parentOf(pid); each > 1 && !found.includes(each); each = parentOf(each))
    found.push(each);
  return found;
}

/** The parent's process ID; 0 if the process has ended. */
function parentOf(pid: number): number {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}
