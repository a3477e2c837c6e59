import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { engineMark, type Instance, instanceMark } from "./instance";
import { kernelSockets } from "./kernelSockets";

/** A running process of an instance. */
export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * Every process that carries the instance's mark in its environment, whoever is its parent now: a
 * supervisor that was killed leaves its children to init, and the mark still finds them.
 */
export function processesOf(instance: Instance): RunningProcess[] {
  return processesWith(instanceMark, (value) => value === instance.dir);
}

/**
 * Engine and providers of runs whose command is gone: killed by force, it left them behind. Those of a
 * run that is still at work are not among them.
 */
export function orphanedEngines(instance: Instance): RunningProcess[] {
  return processesWith(engineMark, (value) => {
    const [dir, pid] = value.split("#");
    return dir === instance.dir && !isRunning(Number(pid));
  });
}

/** Value of the engine's mark for a run of this process. */
export function engineMarkOf(instance: Instance): string {
  return `${instance.dir}#${process.pid}`;
}

function processesWith(variable: string, matches: (value: string) => boolean): RunningProcess[] {
  const found: RunningProcess[] = [];
  for (const entry of fs.readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      // A zombie's environment reads as empty, so what has ended is never counted.
      const environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      const value = environment.find((one) => one.startsWith(`${variable}=`));
      if (value === undefined || !matches(value.slice(variable.length + 1))) continue;
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      found.push({ pid, command });
    } catch {
      // Ended while it was being read, or another user's.
    }
  }
  return found;
}

/**
 * Ends every process of the instance at once and waits until none is left.
 * @param keep Processes to leave alone.
 * @throws when one still runs after ten seconds.
 */
export function killProcesses(
  instance: Instance,
  keep: (found: RunningProcess) => boolean = () => false,
): Promise<void> {
  return killAll(() => processesOf(instance).filter((one) => !keep(one)));
}

/** Ends what killed runs left behind of their engines, and waits until none is left. */
export function killOrphanedEngines(instance: Instance): Promise<void> {
  return killAll(() => orphanedEngines(instance));
}

async function killAll(find: () => RunningProcess[]): Promise<void> {
  const deadline = Date.now() + 10_000;
  const killed = new Set<number>();
  for (;;) {
    const found = find();
    found.forEach(({ pid }) => killed.add(pid));
    // One that is ending has lost its mark already, but still holds its ports for a moment.
    const left = [...killed].filter(isRunning);
    if (left.length === 0 && found.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(`These processes do not end: ${left.join(", ")}. End them with \`kill -9\`.`);
    }
    for (const { pid } of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Already gone.
      }
    }
    await sleep(50);
  }
}

/**
 * True unless the process is gone, or a zombie without further threads: those of a process that was
 * killed end one by one, and the last to go closes its sockets.
 */
export function isRunning(pid: number): boolean {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const zombie = /^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
    return !zombie || fs.readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}

/**
 * Sees to it that nobody but the instance itself listens on its ports.
 * @param ports Port by what it is for, as the message names it.
 * @throws with every port that is taken, its purpose, who holds it and what to do.
 */
export function refuseTakenPorts(
  instance: Instance,
  ports: Readonly<Record<string, number>>,
): void {
  const holders = holdersOf(Object.values(ports));
  if (holders.size === 0) return;
  const own = new Set(processesOf(instance).map(({ pid }) => pid));
  const taken = Object.entries(ports).flatMap(([purpose, port]) => {
    const holder = holders.get(port);
    if (holder === undefined || own.has(holder.pid)) return [];
    const command = holder.command.slice(0, 80);
    return [`Port ${port} (${purpose}) is taken by process ${holder.pid} (${command}).`];
  });
  if (taken.length === 0) return;
  throw new Error(
    `${taken.join("\n")}\nStop what holds it and run the command again; or take the environment down ` +
      "(`npm stop`) and bring it up again, which chooses other ports.",
  );
}

/** The processes that listen on loopback TCP ports, by port, where this user may see them. */
export function holdersOf(ports: readonly number[]): Map<number, RunningProcess> {
  const portOf = listeningInodes(new Set(ports));
  const holders = new Map<number, RunningProcess>();
  if (portOf.size === 0) return holders;
  for (const entry of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      for (const fd of fs.readdirSync(`/proc/${entry}/fd`)) {
        const target = fs.readlinkSync(`/proc/${entry}/fd/${fd}`);
        const port = portOf.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? "");
        if (port === undefined) continue;
        const command = fs.readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
        holders.set(port, { pid: Number(entry), command: command.trim() });
      }
    } catch {
      // Another user's, or ended.
    }
  }
  return holders;
}

/** Every TCP port that somebody listens on, at whatever address of this machine. */
export function listeningPorts(): Set<number> {
  return new Set(listeningInodes().values());
}

/**
 * TCP sockets that listen on one of the ports, by inode.
 * @param ports Default: any.
 */
function listeningInodes(ports?: ReadonlySet<number>): Map<string, number> {
  const found = new Map<string, number>();
  for (const [inode, socket] of kernelSockets())
    if (socket.transport === "tcp" && (ports?.has(socket.port) ?? true))
      found.set(inode, socket.port);
  return found;
}
