import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "../infra/providers/local/instance";
import { processesOf, type RunningProcess } from "../infra/providers/local/processes";

/** Linux reports processor time to programs in hundredths of a second, regardless of its own clock. */
const ticksPerSecond = 100;

/**
 * Every process of an instance: those with its mark, and their descendants, which may have lost it. Excludes copies of a parent
 * between fork and exec.
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

/** A process and all its descendants. */
export function descendantsOf(root: number): number[] {
  const all = allProcesses();
  const below = (pid: number): number[] => [
    pid,
    ...all.filter(({ parent }) => parent === pid).flatMap((child) => below(child.pid)),
  ];
  return below(root);
}

/** Processor seconds of processes, including their ended children. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = statFields(pid).slice(11, 15);
    return sum + (user + system + childUser + childSystem) / ticksPerSecond;
  }, 0);
}

/** Processor seconds of this process's ended children. */
export function endedChildrenSeconds(): number {
  const [user = 0, system = 0] = statFields(process.pid).slice(13, 15);
  return (user + system) / ticksPerSecond;
}

/**
 * Megabytes of memory of a process: its current proportional share (PSS: shared pages count in parts), and its peak resident
 * memory.
 */
export function memoryOf(pid: number): { readonly pss: number; readonly peak: number } {
  return { pss: field(pid, "smaps_rollup", "Pss"), peak: field(pid, "status", "VmHWM") };
}

/**
 * The part of the platform to which a process belongs, such as "eu-west-1/etcd", "karmada-scheduler", "supervisor"; undefined
 * for a short-lived process, such as a git process of Argo CD.
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

/** Gateways, pod simulators, the DNS server and Kafka are distinguished by the folder of their files. */
function serviceOf({ filesDir }: Instance, command: string): string | undefined {
  const start = command.indexOf(filesDir + path.sep);
  if (start < 0) return undefined;
  const [name = ""] = command.slice(start + filesDir.length + 1).split(/[/ ]/);
  return /^(gateway-|dataplane-|dns$|kafka-|streaming-)/.test(name) ? name : undefined;
}

/** The supervisor's name for a process, or for the process that started it. */
export function supervisedName(pid: number): string | undefined {
  return variableOf(pid, "PC_PROC_NAME");
}

/** The running engine and providers of a command, by process id and command line. */
export function engineProcesses(command: number): RunningProcess[] {
  const all = allProcesses();
  const below = (pid: number) => all.filter(({ parent }) => parent === pid).map((one) => one.pid);
  const isEngine = (found: RunningProcess) =>
    /(^|\/)pulumi(-resource-\w+)?( |$)/.test(found.command);
  return [...below(command), ...below(command).flatMap(below)]
    .map((pid) => ({ pid, command: commandOf(pid) }))
    .filter(isEngine);
}

/** Processor seconds of a process without its children. */
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

/** The fields of a process's `stat` after its name, which may contain spaces: [0] is its state. */
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

/** A line "Name:  123 kB" of a file below /proc, in megabytes; 0 if the process has ended. */
function field(pid: number, file: string, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(read(`/proc/${pid}/${file}`));
  return Number(found?.[1] ?? 0) / 1024;
}

/** Content of a file below /proc, empty if the process has ended. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
