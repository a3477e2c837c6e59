import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Instance, instanceMark } from "./instance";

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
  const mark = `${instanceMark}=${instance.dir}`;
  const found: RunningProcess[] = [];
  for (const entry of fs.readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      // A zombie's environment reads as empty, so what has ended is never counted.
      const environment = fs.readFileSync(`/proc/${pid}/environ`, "utf8");
      if (!environment.split("\0").includes(mark)) continue;
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
export async function killProcesses(
  instance: Instance,
  keep: (found: RunningProcess) => boolean = () => false,
): Promise<void> {
  const deadline = Date.now() + 10_000;
  const killed = new Set<number>();
  for (;;) {
    const found = processesOf(instance).filter((one) => !keep(one));
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
function isRunning(pid: number): boolean {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const zombie = /^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
    return !zombie || fs.readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}

/** The process that listens on a loopback TCP port, where this user may see it. */
export function holderOf(port: number): RunningProcess | undefined {
  const inodes = new Set(listeningInodes(port));
  if (inodes.size === 0) return undefined;
  for (const entry of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      for (const fd of fs.readdirSync(`/proc/${entry}/fd`)) {
        const target = fs.readlinkSync(`/proc/${entry}/fd/${fd}`);
        const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
        if (inode === undefined || !inodes.has(inode)) continue;
        const command = fs.readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
        return { pid: Number(entry), command: command.trim() };
      }
    } catch {
      // Another user's, or ended.
    }
  }
  return undefined;
}

/** Socket inodes that listen on the port, from the kernel's tables (state 0A is LISTEN). */
function listeningInodes(port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((table) => {
    if (!fs.existsSync(table)) return [];
    const rows = fs.readFileSync(table, "utf8").trim().split("\n").slice(1);
    return rows
      .map((row) => row.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hex}`) && fields[3] === "0A")
      .map((fields) => fields[9] ?? "");
  });
}
