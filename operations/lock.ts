import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Instance, writePrivate } from "../infra/providers/local/instance";
import { kernelSockets } from "../infra/providers/local/kernelSockets";
import { isRunning, socketHolders } from "../infra/providers/local/processes";

/** The right to change an environment, which one process at a time has. */
export interface EnvironmentLock {
  /** Tells commands that wait for the lock until when this one changes the environment, e.g. in steps over an hour. */
  announce(until: Date): void;
  /** Idempotent. */
  release(): Promise<void>;
}

/** The command that holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** As a person typed it, for example `meridian up local`. */
  readonly command: string;
  readonly since: Date;
  /** When it ends, if it has announced that. */
  readonly until?: Date;
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
      resolve({
        announce: (until) => writeUntil(instance, until),
        release: () => {
          clearUntil(instance);
          return new Promise((done) => server.close(() => done()));
        },
      });
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

/** The end that the command which holds the lock has announced. A killed command leaves it: it counts only with the process that holds the lock. */
interface Announced {
  readonly pid: number;
  /** ISO 8601. */
  readonly until: string;
}

function untilFile({ dir }: Instance): string {
  return path.join(dir, "lock-until.json");
}

function writeUntil(instance: Instance, until: Date): void {
  const announced: Announced = { pid: process.pid, until: until.toISOString() };
  writePrivate(untilFile(instance), JSON.stringify(announced));
}

function clearUntil(instance: Instance): void {
  if (readUntil(instance)?.pid === process.pid) fs.rmSync(untilFile(instance), { force: true });
}

function readUntil(instance: Instance): Announced | undefined {
  try {
    return JSON.parse(fs.readFileSync(untilFile(instance), "utf8")) as Announced;
  } catch {
    return undefined;
  }
}

function untilOf(instance: Instance, pid: number): Date | undefined {
  const announced = readUntil(instance);
  if (announced?.pid !== pid) return undefined;
  const until = new Date(announced.until);
  return Number.isNaN(until.getTime()) ? undefined : until;
}

/** The process that holds the lock, from the kernel's tables: who holds it is not taken from another process's word. */
export function lockHolder(instance: Instance): LockHolder | undefined {
  const name = `@${lockName(instance)}`;
  const inodes = [...kernelSockets()].flatMap(([inode, socket]) =>
    socket.transport === "unix" && socket.path === name ? [[inode, name] as const] : [],
  );
  const holder = socketHolders(new Map(inodes)).get(name);
  if (holder === undefined) return undefined;
  const { pid, command } = holder;
  const until = untilOf(instance, pid);
  return {
    ...{ pid, command: typed(command), since: startOf(pid) },
    ...(until !== undefined && { until }),
  };
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
