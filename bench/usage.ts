import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "../infra/providers/local/instance";
import { processesOf, type RunningProcess } from "../infra/providers/local/processes";

/** Linux counts processor time in hundredths of a second for programs, whatever its own clock does. */
const ticksPerSecond = 100;

/**
 * Every process of an instance: those that carry its mark, and their descendants, which may have lost
 * it. Without those that are a copy of their parent for the moment between fork and exec.
 */
export function platformProcesses(instance: Instance): RunningProcess[] {
  const marked = processesOf(instance);
  const known = new Set(marked.map(({ pid }) => pid));
  const found = [...marked];
  const all = allProcesses();
  for (let grown = true; grown;) {
    const more = all.filter(({ pid, parent }) => known.has(parent) && !known.has(pid));
    more.forEach(({ pid }) => known.add(pid));
    found.push(...more.map(({ pid }) => ({ pid, command: commandOf(pid) })));
    grown = more.length > 0;
  }
  const commands = new Map(found.map(({ pid, command }) => [pid, command]));
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  return found.filter(({ pid, command }) => commands.get(parents.get(pid) ?? 0) !== command);
}

/** A process and all that it has started and that still belongs to it. */
export function descendantsOf(root: number): number[] {
  const all = allProcesses();
  const below = (pid: number): number[] => [
    pid,
    ...all.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid)),
  ];
  return below(root);
}

/** Seconds of processor that processes have used, with the children that they have seen end. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = statFields(pid).slice(11, 15);
    return sum + (user + system + childUser + childSystem) / ticksPerSecond;
  }, 0);
}

/** Seconds of processor that children of this process have used which have ended. */
export function endedChildrenSeconds(): number {
  const [user = 0, system = 0] = statFields(process.pid).slice(13, 15);
  return (user + system) / ticksPerSecond;
}

/**
 * Megabytes of memory of a process: its own share now (PSS: a page that several map counts in parts),
 * and the most that it ever had resident.
 */
export function memoryOf(pid: number): { readonly pss: number; readonly peak: number } {
  return { pss: field(pid, "smaps_rollup", "Pss"), peak: field(pid, "status", "VmHWM") };
}

/**
 * The part of the platform that a process is, such as "eu-west-1/etcd", "karmada-scheduler",
 * "supervisor"; undefined for one that only lives for a moment, such as a git of Argo CD's.
 */
export function partOf(instance: Instance, { pid, command }: RunningProcess): string | undefined {
  const [executable = "", script = "", , cluster = ""] = command.split(" ");
  const clusters = path.join(instance.clustersDir, "clusters") + path.sep;
  if (executable.startsWith(clusters)) {
    const [name, , component] = executable.slice(clusters.length).split(path.sep);
    return `${name}/${component}`;
  }
  if (script.endsWith("cluster-process.sh")) return `${cluster}/watch`;
  const service = serviceOf(instance, command);
  if (service !== undefined) return service;
  const name = path.basename(executable);
  if (name === "process-compose") return "supervisor";
  if (name === "argocd") return variableOf(pid, "ARGOCD_BINARY_NAME");
  return /^(karmada-|redis-server)/.test(name) ? name : undefined;
}

/** Gateways, data planes and the DNS server are told apart by the folder of their files. */
function serviceOf({ filesDir }: Instance, command: string): string | undefined {
  const start = command.indexOf(filesDir + path.sep);
  if (start < 0) return undefined;
  const [name = ""] = command.slice(start + filesDir.length + 1).split(/[/ ]/);
  return /^(gateway-|dataplane-|dns$)/.test(name) ? name : undefined;
}

/** The supervisor's name for a process; also of what that process has started. */
export function supervisedName(pid: number): string | undefined {
  return variableOf(pid, "PC_PROC_NAME");
}

/** The engine of a command and its providers that run now, by process id and command line. */
export function engineProcesses(command: number): RunningProcess[] {
  const all = allProcesses();
  const below = (pid: number) => all.filter(({ parent }) => parent === pid).map((one) => one.pid);
  const isEngine = (found: RunningProcess) =>
    /(^|\/)pulumi(-resource-\w+)?( |$)/.test(found.command);
  return [...below(command), ...below(command).flatMap(below)]
    .map((pid) => ({ pid, command: commandOf(pid) }))
    .filter(isEngine);
}

/** Seconds of processor that a process has used by itself. */
export function ownSeconds(pid: number): number {
  const [user = 0, system = 0] = statFields(pid).slice(11, 13);
  return (user + system) / ticksPerSecond;
}

function variableOf(pid: number, name: string): string | undefined {
  const all = read(`/proc/${pid}/environ`).split("\0");
  return all.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
}

function allProcesses(): { pid: number; parent: number }[] {
  return fs
    .readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => ({ pid: Number(entry), parent: statFields(Number(entry))[1] ?? 0 }));
}

/** The fields of a process's `stat` after its name, which may hold spaces: [0] is its state. */
function statFields(pid: number): number[] {
  const text = read(`/proc/${pid}/stat`);
  return text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
}

function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
}

/** A line "Name:  123 kB" of a file below /proc, in megabytes; 0 when the process has ended. */
function field(pid: number, file: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(read(`/proc/${pid}/${file}`));
  return Number(found?.[1] ?? 0) / 1024;
}

/** A file below /proc, empty when the process has ended. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
