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

/** One supervised process. It is started again whenever it ends. */
export interface ProcessSpec {
  /** Command and arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds that it gets to end after SIGTERM. Default 5. */
  readonly stopSeconds?: number;
}

interface Project {
  version: string;
  is_strict: boolean;
  disable_env_expansion: boolean;
  environment: string[];
  processes: Record<string, unknown>;
}

/** Adds a process, or changes it (which restarts it). Unchanged ones are left running. */
export async function supervise(instance: Instance, name: string, spec: ProcessSpec) {
  await changeProject(instance, (project) => {
    project.processes[name] = describe(instance, name, spec);
  });
}

/** Stops a process and forgets it. One that is not there is no error. */
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
 * Starts the supervisor with all that it ran before, unless it is running: after a reboot this alone
 * brings an instance back. Processes that a killed supervisor left behind are ended first, since
 * they hold the ports that its successor needs.
 */
export async function resume(instance: Instance): Promise<void> {
  if (!fs.existsSync(instance.projectFile) || (await isUp(instance))) return;
  await withProjectLock(instance, () => startSupervisor(instance));
}

/**
 * Stops or starts one process and keeps it in the project: how a drill takes a region away.
 * @throws when it does not start within 30 s.
 */
export async function switchProcess(instance: Instance, name: string, on: boolean): Promise<void> {
  if (!on) return stopProcess(instance, name);
  // A process that was stopped between two starts is ending for a moment, and takes no new start then.
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
 * For a process that is just between an end and a start the supervisor finds nothing to signal: it is asked again.
 */
async function stopProcess(instance: Instance, name: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const refused = await request(instance, "PATCH", `/process/stop/${name}`).catch(
      (error: unknown) => error as Error,
    );
    if (!(refused instanceof Error)) return;
    if (!refused.message.includes("no such process")) throw refused;
    await sleep(250);
    const state = await processState(instance, name);
    if (state?.is_running !== true) return;
    if (tries === 19) throw refused;
  }
}

/** Looks for a second and a half whether a process runs, and goes on running. */
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
  // YAML: an instance of an earlier version, whose first change writes JSON.
  return (text.startsWith("{") ? JSON.parse(text) : parse(text)) as Project;
}

/** JSON, which the supervisor takes for the YAML that it is: it is read and written some hundred times in a start. */
function projectText(project: Project): string {
  return JSON.stringify(project, undefined, 2) + "\n";
}

/** The project file is what should run; it is written first, so a command killed here loses nothing. */
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

/** What the supervisor was last told, so that a command killed between writing and telling is made good. */
function loadedFile(instance: Instance): string {
  return `${instance.projectFile}.loaded`;
}

/** Whether the supervisor has been told all that should run. */
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
 * The supervisor refuses a change that concerns a process which is just starting or ending ("no such
 * process"); a moment later it takes it.
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
      // Files and sockets of all that it starts are for this user only, whatever the shell's own mask is.
      ...["-c", 'umask 077; exec "$0" "$@"', toolPath("process-compose")],
      // The same as its command `up`, which does not take all of these flags.
      "-f",
      instance.projectFile,
      "-t=false",
      "--keep-project",
      "--disable-dotenv",
      // How old the memory and processor time of a process may be in an answer. Nothing here asks for them, and to find the
      // children of every process it reads the whole of /proc for each (default 1 s: 17 to 21 s of processor in a start).
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

/** The supervisor outlives the run that starts it, so it must not pass for a part of that run. */
function supervisorEnvironment(instance: Instance): NodeJS.ProcessEnv {
  const ofRun = [engineMark, "TMPDIR"];
  const kept = Object.entries(process.env).filter(([name]) => !ofRun.includes(name));
  return { ...Object.fromEntries(kept), [instanceMark]: instance.dir };
}

/** Engine, provider and command line never carry the mark themselves; a shell opened by hand may. */
function isEngineSide(command: string): boolean {
  const names = command
    .split(" ")
    .slice(0, 2)
    .map((part) => path.basename(part));
  return names.some((name) => /^pulumi|^meridian\.js$/.test(name));
}
