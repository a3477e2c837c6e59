import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { readEnvironmentFile } from "../../../infra/config";
import { flagFileOf } from "../../../infra/config/folder";
import { type Instance, instanceOf, repositoryRoot } from "../../../infra/providers/local/instance";
import { deleteObject, kubeGet } from "../../../infra/kube/kube";
import { processesOf } from "../../../infra/providers/local/processes";
import { processStates } from "../../../infra/providers/local/supervisor";
import { type PlatformPlan, planPlatform } from "../../../infra/plan";
import type { Status } from "../../../operations/status/model";
import { readStatus } from "../../../operations/status/read";
import { toolPath } from "../../../toolchain";

interface NamedList {
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

/** What a command has printed and how it ended. */
export interface Result {
  readonly code: number;
  readonly output: string;
}

interface Configuration {
  config: Record<string, unknown> & { "meridian:regions": Record<string, unknown>[] };
}

/**
 * A platform of the tests' own: its state in a folder of its own, its configuration in another, and its
 * apps from a scratch clone, so that neither the user's platform nor this checkout is touched.
 */
export class TestPlatform {
  readonly root: string;
  readonly home: string;
  readonly environments: string;
  readonly scratch: string;
  readonly instance: Instance;

  /**
   * @param environment Name of its environment.
   * @param clone Clone whose program is run. Default: this checkout.
   */
  constructor(
    name: string,
    readonly environment = "local",
    private readonly clone = repositoryRoot,
  ) {
    this.root = path.join(os.tmpdir(), `meridian-e2e-${name}-${process.pid}`);
    this.home = path.join(this.root, "home");
    this.environments = path.join(this.root, "environments");
    this.scratch = path.join(this.root, "scratch");
    this.instance = instanceOf(environment, this.home);
  }

  /** Makes folders, configuration and scratch clone. */
  prepare(): void {
    execFileSync("git", ["clone", "--quiet", repositoryRoot, this.scratch]);
    this.git("config", "user.email", "test@meridian.dev");
    this.git("config", "user.name", "Test");
    this.prepareConfiguration((config) => {
      config["meridian:delivery"] = {
        repository: pathToFileURL(this.scratch).href,
        track: { branch: "HEAD" },
      };
    });
  }

  /** Makes the configuration, as that of this checkout, but for what is changed. */
  prepareConfiguration(change: (configuration: Configuration["config"]) => void): void {
    fs.mkdirSync(this.environments, { recursive: true });
    const file = path.join(repositoryRoot, "environments", "Pulumi.local.yaml");
    fs.copyFileSync(file, this.file);
    const flags = path.join(repositoryRoot, "environments", "flags.local.json");
    fs.copyFileSync(flags, flagFileOf(this.environments, this.environment));
    this.configure(change);
  }

  git(...args: string[]): string {
    return execFileSync("git", args, { cwd: this.scratch, encoding: "utf8" }).trim();
  }

  /** Changes the configuration as a person would, in its file. */
  configure(change: (configuration: Configuration["config"]) => void): void {
    const configuration = parse(fs.readFileSync(this.file, "utf8")) as Configuration;
    change(configuration.config);
    this.writeConfiguration(configuration);
  }

  private writeConfiguration(configuration: Configuration): void {
    fs.writeFileSync(this.file, stringify(configuration));
  }

  private get file(): string {
    return path.join(this.environments, `Pulumi.${this.environment}.yaml`);
  }

  /** Starts a `meridian` command in a process group of its own. */
  start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [path.join(this.clone, "cli/bin/meridian.js"), ...args], {
      cwd: this.clone,
      detached: true,
      env: { ...process.env, ...this.variables() },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  variables(): Record<string, string> {
    return { MERIDIAN_HOME: this.home, MERIDIAN_ENVIRONMENTS: this.environments, NO_COLOR: "1" };
  }

  /** Runs a `meridian` command to its end. */
  run(...args: string[]): Promise<Result> {
    return ended(this.start(...args));
  }

  /** Runs a command that has to succeed. */
  async must(...args: string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code !== 0) throw new Error(`meridian ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  /** What `meridian status --json` prints, without a process for each of the many times that it is asked. */
  status(): Promise<Status> {
    return readStatus(this.instance, this.plan());
  }

  /** The plan of the configuration that the last `up` used. */
  plan(): PlatformPlan {
    const { stackConfigFile } = this.instance;
    return planPlatform(readEnvironmentFile(stackConfigFile, this.environment));
  }

  /** GET of a path of one cluster's API server. */
  get<T>(cluster: string, url: string): Promise<T> {
    return kubeGet<T>(this.kubeconfig(cluster), url);
  }

  kubeconfig(cluster: string): string {
    return fs.readFileSync(path.join(this.instance.filesDir, `${cluster}.kubeconfig`), "utf8");
  }

  /** Commits a new setting of an app, with which every one of its pods is replaced. */
  replacePods(app: string): void {
    const file = path.join(this.scratch, "apps", app, "base", "kustomization.yaml");
    const text = fs.readFileSync(file, "utf8");
    const changed = text.replace(/PODINFO_UI_MESSAGE=.*/, `PODINFO_UI_MESSAGE=${Date.now()}`);
    fs.writeFileSync(file, changed);
    this.git("commit", "-qam", `feat: another message of ${app}`);
  }

  kubectl(cluster: string, ...args: string[]): string {
    const kubeconfig = path.join(this.instance.filesDir, `${cluster}.kubeconfig`);
    return execFileSync(toolPath("kubectl"), [`--kubeconfig=${kubeconfig}`, ...args], {
      encoding: "utf8",
    });
  }

  async nodesOf(cluster: string): Promise<string[]> {
    const { items } = await this.get<NamedList>(cluster, "/api/v1/nodes");
    return items.map(({ metadata }) => metadata.name);
  }

  /** Deletes an app's pods in one region. */
  async deletePods(cluster: string, app: string): Promise<void> {
    const space = `/api/v1/namespaces/${app}/pods`;
    const { items } = await this.get<NamedList>(cluster, space);
    const pods = items.map(({ metadata }) => ({ apiVersion: "v1", kind: "Pod", metadata }));
    for (const { metadata, ...type } of pods) {
      await deleteObject(this.kubeconfig(cluster), {
        ...type,
        metadata: { name: metadata.name, namespace: app },
      });
    }
  }

  /** Stops the processes of a service for a moment, as a machine does that has too much to do. */
  async pause(service: string, ms: number): Promise<void> {
    const dir = path.join(this.instance.filesDir, service) + path.sep;
    const found = processesOf(this.instance).filter(({ command }) => command.includes(dir));
    if (found.length === 0) throw new Error(`${service} does not run`);
    found.forEach(({ pid }) => process.kill(pid, "SIGSTOP"));
    await sleep(ms);
    found.forEach(({ pid }) => process.kill(pid, "SIGCONT"));
  }

  /**
   * Has every region take its share again. One that was lost for some seconds has had its replicas taken over, on a slow machine
   * at least, and gets them back on request only.
   */
  async share(): Promise<void> {
    await eventually("the federation is whole", 90, async () => {
      return (await this.status()).federation.ready;
    });
    await this.must("rebalance", this.environment);
    await eventually("every region has its share", 90, async () => {
      const status = await this.status();
      const whole = status.apps.every(({ name }) =>
        shares(status, name).every((count) => count > 0),
      );
      return status.ready && whole;
    });
  }

  /** Takes everything away, also after a test that failed. @throws when something of it is left. */
  async remove(): Promise<void> {
    await this.must("destroy", this.environment, "--yes");
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

/** What a command prints, and how it ends. */
export function ended(child: ChildProcess): Promise<Result> {
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) =>
    child.on("close", (code) => resolve({ code: code ?? -1, output })),
  );
}

/** Waits until a check holds and returns its value. */
export async function eventually<T>(
  what: string,
  limitSeconds: number,
  check: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + limitSeconds * 1000;
  let last: unknown;
  for (;;) {
    const askedAt = Date.now();
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `${what}: not within ${limitSeconds} s${last instanceof Error ? ` (${last.message})` : ""}`,
      );
    }
    // A look asks every API server: on a machine that is busy bringing about what is waited for, it takes its time.
    await sleep(Math.max(300, 2 * (Date.now() - askedAt)));
  }
}

/**
 * What a platform keeps running, each with its process. Beside it there are short-lived ones, such as git's for Argo CD: they come and
 * go by themselves.
 */
export async function longLived({ instance }: TestPlatform): Promise<string[]> {
  const states = await processStates(instance);
  return states.map(({ name, pid }) => `${name} ${pid}`).sort();
}

/** Waits until nothing runs twice: a short-lived process may, for a moment. */
export function nothingRunsTwice({ instance }: TestPlatform): Promise<true> {
  return eventually("nothing runs twice", 30, () => {
    const commands = processesOf(instance)
      .map(({ command }) => command)
      .filter((command) => !command.startsWith("sleep"));
    const twice = commands.filter((command, index) => commands.indexOf(command) !== index);
    if (twice.length > 0) throw new Error(twice.join("\n"));
    return Promise.resolve(true as const);
  });
}

/** Ready replicas of an app by region, in the order of the regions. */
export function replicasByRegion(status: Status, app: string): number[] {
  const found = status.apps.find(({ name }) => name === app);
  return status.regions.map(({ name }) => found?.replicas.byRegion[name]?.ready ?? 0);
}

/**
 * Whether the federation has moved an app away from a region, and all of it is ready elsewhere. A region that has only just
 * stopped answering has no ready replicas either, and pods of a version in rollout make up for them in the sum. Karmada removes the region
 * from the division first, and divides its replicas among the others a moment later.
 */
export function hasLeft(status: Status, app: string, region: string): boolean {
  const replicas = status.apps.find(({ name }) => name === app)?.replicas;
  const { [region]: left, ...others } = replicas?.byRegion ?? {};
  const elsewhere = Object.values(others);
  const placed = elsewhere.reduce((sum, { desired = 0 }) => sum + desired, 0);
  return (
    left?.desired === 0 &&
    placed === replicas?.desired &&
    elsewhere.every(({ ready, desired = Infinity }) => ready >= desired)
  );
}

/** Sorted, so that it does not matter which region got one more. */
export function shares(status: Status, app: string): number[] {
  return replicasByRegion(status, app).sort((a, b) => b - a);
}
