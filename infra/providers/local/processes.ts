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
 * Every process with the instance's environment variable, whatever its parent: a killed supervisor leaves its children to init,
 * and the variable still identifies them.
 */
export function processesOf(instance: Instance): RunningProcess[] {
  return processesWith(instanceMark, (value) => value === instance.dir);
}

/** Engine and providers of runs whose command was killed and left them behind. Those of a run in progress are excluded. */
export function orphanedEngines(instance: Instance): RunningProcess[] {
  return processesWith(engineMark, (value) => {
    const [dir, pid] = value.split("#");
    return dir === instance.dir && !isRunning(Number(pid));
  });
}

/** Value of the `engineMark` variable for a run of this process. */
export function engineMarkOf(instance: Instance): string {
  return `${instance.dir}#${process.pid}`;
}

function processesWith(variable: string, matches: (value: string) => boolean): RunningProcess[] {
  const found: RunningProcess[] = [];
  for (const entry of fs.readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      // A zombie's environment is empty, so a process that has ended is never counted.
      const environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      const value = environment.find((one) => one.startsWith(`${variable}=`));
      if (value === undefined || !matches(value.slice(variable.length + 1))) continue;
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      found.push({ pid, command });
    } catch {
      // The process ended while it was being read, or belongs to another user.
    }
  }
  return found;
}

/**
 * Kills every process of the instance and waits until none is left.
 * @param keep Processes that are not killed.
 * @throws if one still runs after ten seconds.
 */
export function killProcesses(
  instance: Instance,
  keep: (found: RunningProcess) => boolean = () => false,
): Promise<void> {
  return killAll(() => processesOf(instance).filter((one) => !keep(one)));
}

/** Kills the orphaned engines and providers of killed runs, and waits until none is left. */
export function killOrphanedEngines(instance: Instance): Promise<void> {
  return killAll(() => orphanedEngines(instance));
}

async function killAll(find: () => RunningProcess[]): Promise<void> {
  const deadline = Date.now() + 10_000;
  const killed = new Set<number>();
  for (;;) {
    const found = find();
    found.forEach(({ pid }) => killed.add(pid));
    // A process that is exiting has no environment any more, but still holds its ports for a short time.
    const left = [...killed].filter(isRunning);
    if (left.length === 0 && found.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(`These processes do not end: ${left.join(", ")}. End them with \`kill -9\`.`);
    }
    for (const { pid } of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Already exited.
      }
    }
    await sleep(50);
  }
}

/**
 * True unless the process has ended, or is a zombie without other threads. The threads of a killed process end one by one, and
 * the last one closes its sockets.
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
 * Checks that no foreign process listens on the instance's ports.
 * @param ports Ports by their purpose, which the message contains.
 * @throws with every port that is taken, its purpose, the process that holds it and the remedy.
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

/** The processes that listen on TCP ports, by port, as far as this user can see them. */
export function holdersOf(ports: readonly number[]): Map<number, RunningProcess> {
  return socketHolders(listeningInodes(new Set(ports)));
}

/**
 * The processes that hold sockets, as far as this user can see them.
 * @param keys A key for each socket, by the socket's inode.
 */
export function socketHolders<K>(keys: ReadonlyMap<string, K>): Map<K, RunningProcess> {
  const holders = new Map<K, RunningProcess>();
  if (keys.size === 0) return holders;
  for (const entry of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      for (const fd of fs.readdirSync(`/proc/${entry}/fd`)) {
        const target = fs.readlinkSync(`/proc/${entry}/fd/${fd}`);
        const key = keys.get(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? "");
        if (key === undefined) continue;
        const command = fs.readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
        holders.set(key, { pid: Number(entry), command: command.trim() });
      }
    } catch {
      // The process belongs to another user, or has ended.
    }
  }
  return holders;
}

/** Every TCP port with a listener, on any address of this machine. */
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
