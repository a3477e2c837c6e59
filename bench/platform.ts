import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { appNames, readEnvironmentFile } from "../infra/config";
import { flagFileOf } from "../infra/config/folder";
import { KubeClient } from "../infra/kube/client";
import { connectionOf } from "../infra/kube/kubeconfig";
import { type Instance, instanceOf, repositoryRoot } from "../infra/providers/local/instance";
import { killProcesses } from "../infra/providers/local/processes";
import { socketsOutside } from "../infra/providers/local/sockets";
import { planPlatform } from "../infra/plan";
import type { PlatformPlan } from "../infra/plan/types";
import { platformProcesses } from "./usage";

/** The environment that benchmarks and soaks bring up. */
export const environment = "local";

/** A platform with a home of its own. */
export interface Platform {
  readonly home: string;
  readonly instance: Instance;
  readonly plan: PlatformPlan;
}

/** Path of a home's own clone, whose commits its platform tracks. */
export function ownClone(home: string): string {
  return path.join(home, "clone");
}

/** The clone whose program a home's commands run: its own if it exists, otherwise this one. */
function cloneOf(home: string): string {
  const own = ownClone(home);
  return fs.existsSync(own) ? own : repositoryRoot;
}

/** Folder of a home's own environment files. If it exists, its commands read it instead of the clone's. */
export function ownEnvironmentsFolder(home: string): string {
  return path.join(home, "environments");
}

function ownEnvironments(home: string): Record<string, string> {
  const folder = ownEnvironmentsFolder(home);
  return fs.existsSync(folder) ? { MERIDIAN_ENVIRONMENTS: folder } : {};
}

/**
 * Gives a home environment files of its own: those of its clone, with other settings in addition.
 * @param settings Sections of the configuration, such as `meridian:streaming`.
 */
export function writeOwnEnvironment(
  home: string,
  settings: Readonly<Record<string, unknown>>,
): void {
  const [from, to] = [path.join(cloneOf(home), "environments"), ownEnvironmentsFolder(home)];
  fs.mkdirSync(to, { recursive: true, mode: 0o700 });
  fs.copyFileSync(flagFileOf(from, environment), flagFileOf(to, environment));
  const file = `Pulumi.${environment}.yaml`;
  const found = parse(fs.readFileSync(path.join(from, file), "utf8")) as { config: object };
  fs.writeFileSync(
    path.join(to, file),
    stringify({ ...found, config: { ...found.config, ...settings } }),
  );
}

/** The platform of a home that has been brought up, from its configuration. */
export function platformOf(home: string): Platform {
  const instance = instanceOf(environment, home);
  const configuration = readEnvironmentFile(instance.stackConfigFile, environment);
  return {
    home,
    instance,
    plan: planPlatform(configuration, appNames(cloneOf(home), configuration.delivery.overlays)),
  };
}

/** Kubeconfig of a cluster of the platform. */
export function kubeconfigFor({ instance }: Platform, cluster: string): string {
  return fs.readFileSync(path.join(instance.filesDir, `${cluster}.kubeconfig`), "utf8");
}

/** A client of a cluster's API server with its own connections, by default as many as benchmarks send parallel requests. */
export function clientFor(platform: Platform, cluster: string, maxSockets = 32): KubeClient {
  const connection = connectionOf(kubeconfigFor(platform, cluster));
  return new KubeClient(connection, { maxSockets, timeoutMs: 30_000 });
}

/** Result of a command. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A running `meridian` command, in a process of its own. */
export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/**
 * Starts a `meridian` command on a home. It has its own session, so that Ctrl-C on the terminal reaches it only through
 * `signal`: once, for an orderly stop.
 * @param variables Additional environment variables of the command.
 */
export function startMeridian(
  home: string,
  args: readonly string[],
  signal?: AbortSignal,
  variables: Readonly<Record<string, string>> = {},
): RunningCommand {
  const clone = cloneOf(home);
  const child = spawn(process.execPath, [path.join(clone, "cli/bin/meridian.js"), ...args], {
    cwd: clone,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...ownEnvironments(home), ...variables, MERIDIAN_HOME: home },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const stop = () => child.kill("SIGINT");
  signal?.addEventListener("abort", stop);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    // Not "close": processes that the command left running may still hold its output.
    child.on("exit", (code) => resolve({ code, output }));
  });
  return {
    pid: child.pid ?? 0,
    ended: ended.finally(() => signal?.removeEventListener("abort", stop)),
  };
}

/**
 * Runs a `meridian` command on a home.
 * @throws with the end of its output if it fails.
 */
export async function meridian(
  home: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  return outputOf(startMeridian(home, args, signal), args, signal);
}

/**
 * Waits for a command.
 * @throws with the end of its output if it fails.
 */
export async function outputOf(
  { ended }: RunningCommand,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<string> {
  const { code, output } = await ended;
  signal?.throwIfAborted();
  if (code !== 0) {
    const end = output.trimEnd().split("\n").slice(-15).join("\n");
    throw new Error(`\`meridian ${args.join(" ")}\` ended with ${code}:\n${end}`);
  }
  return output;
}

const homePrefix = "meridian-bench-";

/** Creates a temporary folder for instances; its name contains the process id of its owner. */
export function makeHome(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), `${homePrefix}${process.pid}-`));
}

/** Ends all processes of a home and removes the home. */
export async function removeHome(home: string): Promise<void> {
  const instance = instanceOf(environment, home);
  const before = platformProcesses(instance);
  await killProcesses(instance);
  for (const { pid } of before) endQuietly(pid);
  for (const socket of socketsOutside(instance)) fs.rmSync(socket, { force: true });
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** Removes the homes of killed benchmarks. */
export async function sweepHomes(): Promise<void> {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const owner = new RegExp(`^${homePrefix}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined || fs.existsSync(`/proc/${owner}`)) continue;
    await removeHome(path.join(os.tmpdir(), name));
  }
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Already ended.
  }
}
