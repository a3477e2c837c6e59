import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Instance } from "../infra/providers/local/instance";
import { kernelSockets } from "../infra/providers/local/kernelSockets";
import { isRunning, socketHolders } from "../infra/providers/local/processes";

/** The right to change an environment, which one process at a time has. */
export interface EnvironmentLock {
  /** Idempotent. */
  release(): Promise<void>;
}

/** The command that holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** As a person typed it, for example `meridian up local`. */
  readonly command: string;
  readonly since: Date;
}

/** Time between two attempts, in milliseconds. */
const pollMs = 200;

/**
 * Takes the lock of an environment if no other process has it. The lock is a listening abstract Unix socket: binding is atomic, and the
 * kernel releases it when its process ends, however it ends. So no lock is ever stale.
 * @returns undefined if another process has it.
 */
export function tryLock(instance: Instance): Promise<EnvironmentLock | undefined> {
  const server = net.createServer((connection) => connection.destroy());
  // Only the process itself keeps a command alive.
  server.unref();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(`\0${lockName(instance)}`, () => {
      resolve({ release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}

/**
 * Takes the lock of an environment as soon as no other process has it.
 * @param onWait Called for each process that is found to have it; undefined: another user's, or one that has just ended.
 */
export async function lock(
  instance: Instance,
  signal: AbortSignal,
  onWait: (holder: LockHolder | undefined) => void | Promise<void>,
): Promise<EnvironmentLock> {
  let reported: number | undefined;
  for (;;) {
    const taken = await tryLock(instance);
    if (taken !== undefined) return taken;
    const holder = lockHolder(instance);
    // A command that waits too may take it first.
    const pid = holder?.pid ?? 0;
    if (pid === reported) await sleep(pollMs, undefined, { signal });
    else await onWait(holder);
    reported = pid;
  }
}

/** The process that holds the lock, from the kernel's tables: nothing that another process says is trusted. */
export function lockHolder(instance: Instance): LockHolder | undefined {
  const path = `@${lockName(instance)}`;
  const inodes = [...kernelSockets()].flatMap(([inode, socket]) =>
    socket.transport === "unix" && socket.path === path ? [[inode, path] as const] : [],
  );
  const holder = socketHolders(new Map(inodes)).get(path);
  if (holder === undefined) return undefined;
  return { pid: holder.pid, command: typed(holder.command), since: startOf(holder.pid) };
}

/**
 * Interrupts the command that holds a lock as Ctrl-C does, and kills it if it does not end.
 * @param limitMs Time that it has for its current step, in milliseconds. Default: a minute.
 */
export async function interrupt(
  { pid }: LockHolder,
  signal: AbortSignal,
  limitMs = 60_000,
): Promise<void> {
  signalProcess(pid, "SIGTERM");
  const deadline = Date.now() + limitMs;
  while (isRunning(pid)) {
    if (Date.now() > deadline) signalProcess(pid, "SIGKILL");
    await sleep(pollMs, undefined, { signal });
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** Length of an abstract socket's name. Node 20 pads a shorter one with zero bytes, later versions do not. */
const nameLength = 107;

function lockName({ dir }: Instance): string {
  const { uid } = os.userInfo();
  const id = createHash("sha256").update(`${uid} ${dir}`).digest("hex").slice(0, 32);
  return `meridian-lock-${id}`.padEnd(nameLength, "-");
}

/** `node /…/meridian.js up local` is `meridian up local`. */
function typed(command: string): string {
  return (
    /(?:meridian(?:\.js)?|launch\.js) (.+)$/.exec(command)?.[1]?.replace(/^/, "meridian ") ??
    command
  );
}

/** Clock ticks per second of the kernel's interface: 100 on every architecture that Node supports. */
const ticksPerSecond = 100;

function startOf(pid: number): Date {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // Field 22; the fields after the command's name, which may contain spaces, begin with the third.
    const ticks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    return new Date(Date.now() - (os.uptime() - ticks / ticksPerSecond) * 1000);
  } catch {
    return new Date();
  }
}
