import * as fs from "node:fs";
import * as path from "node:path";
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { lock } from "proper-lockfile";
import { parse } from "yaml";
import { toolPath } from "../../../toolchain/toolPath";
import { engineMark, type Instance, instanceMark, writePrivate } from "./instance";
import { killProcesses, processesOf } from "./processes";
import { isUp, processState, request } from "./supervisorApi";

export { isUp, processState, processStates, type ProcessState } from "./supervisorApi";

/** One supervised process. It is restarted whenever it ends. */
export interface ProcessSpec {
  /** Command and arguments, without a shell. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds that the process has to end after SIGTERM. Default: 5. */
  readonly stopSeconds?: number;
}

interface Project {
  version: string;
  is_strict: boolean;
  disable_env_expansion: boolean;
  environment: string[];
  processes: Record<string, unknown>;
}

/** Adds a process, or changes it, which restarts it. An unchanged process continues to run. */
export async function supervise(instance: Instance, name: string, spec: ProcessSpec) {
  await changeProject(instance, (project) => {
    project.processes[name] = describe(instance, name, spec);
  });
}

/** Stops a process and removes it from the project. An absent process is no error. */
export async function unsupervise(instance: Instance, name: string) {
  await changeProject(instance, (project) => {
    delete project.processes[name];
  });
}

/** Names of all supervised processes, running or not. */
export function supervisedNames(instance: Instance): string[] {
  return Object.keys(readProject(instance).processes);
}

/**
 * Starts the supervisor with all its processes, unless it is running: after a reboot, this alone restores an instance. Processes
 * that a killed supervisor left behind are killed first, because they hold the ports that the new one needs.
 */
export async function resume(instance: Instance): Promise<void> {
  if (!fs.existsSync(instance.projectFile) || (await isUp(instance))) return;
  await withProjectLock(instance, () => startSupervisor(instance));
}

/**
 * Stops or starts one process, which remains in the project: drills use it to take a region down.
 * @throws if it does not start within 30 s.
 */
export async function switchProcess(instance: Instance, name: string, on: boolean): Promise<void> {
  if (!on) return stopProcess(instance, name);
  // A process that was stopped between two starts is ending for a short time, and rejects a start meanwhile.
  for (let tries = 0; tries < 20; tries++) {
    const refused = await request(instance, "POST", `/process/start/${name}`).catch(
      (error: unknown) => error as Error,
    );
    if (await isRunningSoon(instance, name)) return;
    if (refused instanceof Error && tries === 19) throw refused;
  }
  throw new Error(`${name} does not start. \`npx meridian logs ${name}\` tells why.`);
}

/**
 * States in which the supervisor leaves a process: Completed after a stop on request, as of a lost region's processes; Error if it could not
 * start the program, for example because the machine had no memory or the file did not exist for a moment.
 */
const final = ["Completed", "Error"];

/**
 * Starts a process that the supervisor does not start again by itself. Any other is left as it is: one that has ended by itself is restarted
 * anyway.
 * @throws if it does not start within 30 s.
 */
export async function startIfStopped(instance: Instance, name: string): Promise<void> {
  for (let tries = 0; tries < 40; tries++) {
    const { status = "" } = (await processState(instance, name)) ?? {};
    if (final.includes(status)) return switchProcess(instance, name, true);
    if (status !== "Terminating") return;
    await sleep(250);
  }
}

/** Retries: for a process that is between an exit and a restart, the supervisor finds no process to signal. */
async function stopProcess(instance: Instance, name: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const refused = await request(instance, "PATCH", `/process/stop/${name}`).catch(
      (error: unknown) => error as Error,
    );
    if (!(refused instanceof Error)) return;
    if (refused.message.includes("is not running")) return;
    if (!refused.message.includes("no such process")) throw refused;
    await sleep(250);
    const state = await processState(instance, name);
    if (state?.is_running !== true) return;
    if (tries === 19) throw refused;
  }
}

/** Checks for 1.5 s whether a process runs. The first check does not count, because the process has to continue to run. */
async function isRunningSoon(instance: Instance, name: string): Promise<boolean> {
  for (let looks = 0; looks < 3; looks++) {
    await sleep(500);
    const state = await processState(instance, name);
    if (state?.is_running === true && looks > 0) return true;
  }
  return false;
}

function describe(instance: Instance, name: string, spec: ProcessSpec): Record<string, unknown> {
  const environment = Object.entries(spec.environment ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  return {
    entrypoint: [...spec.command],
    working_dir: instance.dir,
    environment,
    availability: { restart: "always", backoff_seconds: 1 },
    shutdown: { signal: 15, timeout_seconds: spec.stopSeconds ?? 5 },
    log_location: path.join(instance.logsDir, `${name}.log`),
    log_configuration: {
      no_metadata: true,
      disable_json: true,
      no_color: true,
      fields_order: ["message"],
      flush_each_line: true,
      rotation: { max_size_mb: 20, max_backups: 2 },
    },
  };
}

function readProject(instance: Instance): Project {
  if (!fs.existsSync(instance.projectFile)) {
    return {
      version: "0.5",
      is_strict: true,
      disable_env_expansion: true,
      environment: [`${instanceMark}=${instance.dir}`],
      processes: {},
    };
  }
  const text = fs.readFileSync(instance.projectFile, "utf8");
  // YAML in an instance of an earlier version; the first change writes JSON.
  return (text.startsWith("{") ? JSON.parse(text) : parse(text)) as Project;
}

/** The project as JSON, which the supervisor parses as YAML: it is read and written some hundred times in a start. */
function projectText(project: Project): string {
  return JSON.stringify(project, undefined, 2) + "\n";
}

/** The project file is the desired state. It is written first, so that a command that is killed here loses nothing. */
async function changeProject(instance: Instance, change: (project: Project) => void) {
  await withProjectLock(instance, async () => {
    const project = readProject(instance);
    const before = projectText(project);
    change(project);
    const after = projectText(project);
    if (after !== before) writePrivate(instance.projectFile, after);
    if (!(await isUp(instance))) await startSupervisor(instance);
    else if (after !== before || !isTold(instance)) await load(instance);
  });
}

/** The project that the supervisor has loaded last. A command that was killed between writing and loading is detected by it. */
function loadedFile(instance: Instance): string {
  return `${instance.projectFile}.loaded`;
}

/** Whether the supervisor has loaded the current project. */
export function isTold(instance: Instance): boolean {
  const read = (file: string) => fs.existsSync(file) && fs.readFileSync(file, "utf8");
  return read(instance.projectFile) === read(loadedFile(instance));
}

async function load(instance: Instance): Promise<void> {
  const project = fs.readFileSync(instance.projectFile, "utf8");
  fs.rmSync(loadedFile(instance), { force: true });
  await tell(instance);
  writePrivate(loadedFile(instance), project);
}

/**
 * Retries: the supervisor rejects a change of a process that is starting or ending ("no such process"), and accepts it a moment
 * later.
 */
async function tell(instance: Instance): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await request(instance, "POST", "/project/configuration");
      return;
    } catch (error) {
      if (tries === 10) throw error;
      await sleep(200);
    }
  }
}

async function withProjectLock(instance: Instance, action: () => Promise<void>): Promise<void> {
  fs.mkdirSync(instance.dir, { recursive: true, mode: 0o700 });
  const release = await lock(instance.dir, {
    lockfilePath: `${instance.projectFile}.lock`,
    retries: { retries: 600, minTimeout: 25, maxTimeout: 100 },
    stale: 10_000,
  });
  try {
    await action();
  } finally {
    await release();
  }
}

async function startSupervisor(instance: Instance): Promise<void> {
  if (await isUp(instance)) return;
  const self = processesOf(instance).filter(({ command }) => isEngineSide(command));
  await killProcesses(instance, ({ pid }) => self.some((own) => own.pid === pid));
  fs.rmSync(instance.socket, { force: true });
  const child = spawn(
    "/bin/sh",
    [
      // Files and sockets of all its processes are accessible only to this user, whatever the shell's umask is.
      ...["-c", 'umask 077; exec "$0" "$@"', toolPath("process-compose")],
      // Equivalent to its command `up`, which does not accept all of these flags.
      "-f",
      instance.projectFile,
      "-t=false",
      "--keep-project",
      "--disable-dotenv",
      // Maximum age of the memory and CPU values of a process in a response. Nothing here uses them, and to find the children of
      // every process it reads the whole of /proc for each (default 1 s: 17 to 21 s of CPU in a start).
      "--slow-ref-rate",
      "24h",
      "-U",
    ].concat(["-u", instance.socket, "-L", path.join(instance.logsDir, "supervisor.log")]),
    {
      cwd: instance.dir,
      detached: true,
      stdio: "ignore",
      env: supervisorEnvironment(instance),
    },
  );
  child.unref();
  for (let tries = 0; tries < 400; tries++) {
    if (await isUp(instance)) {
      writePrivate(loadedFile(instance), fs.readFileSync(instance.projectFile, "utf8"));
      return;
    }
    if (child.exitCode !== null) break;
    await sleep(25);
  }
  throw new Error(
    `The supervisor did not start. Its log is ${path.join(instance.logsDir, "supervisor.log")}.`,
  );
}

/** The supervisor outlives the run that starts it, so its environment must not identify it as a part of that run. */
function supervisorEnvironment(instance: Instance): NodeJS.ProcessEnv {
  const ofRun = [engineMark, "TMPDIR"];
  const kept = Object.entries(process.env).filter(([name]) => !ofRun.includes(name));
  return { ...Object.fromEntries(kept), [instanceMark]: instance.dir };
}

/** Engine, provider and CLI never have the instance's variable themselves, but a shell that a user has opened may set it. */
function isEngineSide(command: string): boolean {
  const names = command
    .split(" ")
    .slice(0, 2)
    .map((part) => path.basename(part));
  return names.some((name) => /^pulumi|^(meridian|launch)\.js$/.test(name));
}
