import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { parse, stringify } from "yaml";
import program from "../../infra";
import type { RunOptions } from "../../infra/config/types";
import {
  engineMark,
  type Instance,
  prepareInstance,
  repositoryRoot,
  writePrivate,
} from "../../infra/providers/local/instance";
import { engineMarkOf, isRunning } from "../../infra/providers/local/processes";
import { toolPath } from "../../toolchain";
import { pulumi as pinnedVersion } from "../../toolchain/pinRows";
import { configFile } from "../environmentFiles";
import { engineVariables } from "./variables";
import { stateFiles } from "./stateFiles";

/**
 * Copies the environment's configuration beside the state, where the engine may add its encryption
 * salt: the file in the repository stays as its author wrote it.
 * @param encryption What the engine would have added, where it is known from elsewhere.
 */
export function writeStackConfig(
  instance: Instance,
  encryption: Readonly<Record<string, string>> = {},
): void {
  const wanted = parse(fs.readFileSync(configFile(instance.environment), "utf8")) as object;
  const kept = fs.existsSync(instance.stackConfigFile)
    ? (parse(fs.readFileSync(instance.stackConfigFile, "utf8")) as Record<string, unknown>)
    : {};
  const own = Object.entries({ ...kept, ...encryption }).filter(([key]) =>
    engineKeys.includes(key),
  );
  writePrivate(instance.stackConfigFile, stringify({ ...wanted, ...Object.fromEntries(own) }));
}

/** What the engine adds to a stack's configuration: how its secrets are encrypted. */
const engineKeys = ["encryptionsalt", "secretsprovider", "encryptedkey"];

/**
 * Options of one run, in a copy of the stack's configuration that is removed when the run ends: no other run, and
 * no Pulumi CLI, ever sees them.
 * @returns as the engine's options take it; empty where there are none.
 */
export function runConfig(instance: Instance, run: RunOptions): { readonly configFile?: string } {
  const options = Object.entries(run).map(([name, value]) => [`meridian:${name}`, value] as const);
  if (options.length === 0) return {};
  const stack = parse(fs.readFileSync(instance.stackConfigFile, "utf8")) as { config?: object };
  const config = { ...stack.config, ...Object.fromEntries(options) };
  const configFile = path.join(runFolder(instance), path.basename(instance.stackConfigFile));
  writePrivate(configFile, stringify({ ...stack, config }));
  return { configFile };
}

/** The environment's stack, made the first time. */
export async function openStack(instance: Instance): Promise<Stack> {
  prepareInstance(instance);
  writeStackConfig(instance);
  const variables = { ...engineVariables(instance), ...runVariables(instance) };
  // The engine's own process inherits what this one has.
  Object.assign(process.env, variables);
  const workspace = await LocalWorkspace.create({
    workDir: repositoryRoot,
    pulumiCommand: pinnedCommand(instance),
    envVars: variables,
    program,
  });
  // Selected when it was made, and named in every call of the CLI.
  if (stateFiles(instance).length > 0) workspace.selectStack = () => Promise.resolve();
  return withoutQueriesAfterRuns(await Stack.createOrSelect(instance.environment, workspace));
}

/** The CLI of the tool cache, whose version is pinned: the Automation API would ask it for its version at each start. */
function pinnedCommand(instance: Instance): PulumiCommand {
  const command = path.join(pulumiRoot(instance), "bin", "pulumi");
  const construct = PulumiCommand as unknown as new (...args: unknown[]) => PulumiCommand;
  return new construct(command, new SemVer(pinnedVersion));
}

/**
 * After each run the Automation API asks the CLI for the stack's outputs, twice, and for its history: two seconds for
 * answers that nobody here reads. What has changed comes by the run's events.
 */
function withoutQueriesAfterRuns(stack: Stack): Stack {
  return Object.assign(stack, {
    outputs: () => Promise.resolve({}),
    info: () => Promise.resolve(undefined),
  });
}

/**
 * Marks the engine and its providers as this run's and gives them a temporary folder of their own: the
 * Kubernetes provider leaves kubeconfigs there. Folders of runs that were killed are removed.
 */
export function runVariables(instance: Instance): Record<string, string> {
  const own = runFolder(instance);
  fs.mkdirSync(own, { recursive: true, mode: 0o700 });
  for (const name of fs.readdirSync(instance.temporaryDir)) {
    if (!isRunning(Number(name))) {
      fs.rmSync(path.join(instance.temporaryDir, name), { recursive: true, force: true });
    }
  }
  process.once("exit", () => fs.rmSync(own, { recursive: true, force: true }));
  // What is transpiled already is in the folder that this process began with.
  const transpiled = process.env["MERIDIAN_TRANSPILED"] ?? os.tmpdir();
  return { [engineMark]: engineMarkOf(instance), TMPDIR: own, MERIDIAN_TRANSPILED: transpiled };
}

function runFolder(instance: Instance): string {
  return path.join(instance.temporaryDir, `${process.pid}`);
}

/** The Automation API looks for `bin/pulumi` below a folder. */
export function pulumiRoot(instance: Instance): string {
  const root = path.join(instance.dir, "pulumi-cli");
  const link = path.join(root, "bin", "pulumi");
  fs.mkdirSync(path.dirname(link), { recursive: true });
  const target = toolPath("pulumi");
  if (!fs.existsSync(link) || fs.readlinkSync(link) !== target) {
    fs.rmSync(link, { force: true });
    fs.symlinkSync(target, link);
  }
  return root;
}

/**
 * Forgets what a killed run had begun to create: every local `create` adopts what it finds, and so does
 * server-side apply. Without this each later run would list it all and ask for hands. What it had begun to delete is
 * looked up: it may be gone while the state still has it.
 */
export async function forgetPending(stack: Stack): Promise<void> {
  const exported = await stack.exportStack();
  const state = exported.deployment as { pending_operations?: PendingOperation[] } | undefined;
  const pending = state?.pending_operations ?? [];
  if (pending.length === 0) return;
  const entries = Object.entries(exported.deployment as object);
  const deployment = Object.fromEntries(entries.filter(([key]) => key !== "pending_operations"));
  await stack.importStack({ ...exported, deployment });
  const target = deletedObjects(pending);
  if (target.length > 0) await stack.refresh({ target });
}

/** An operation that a run had begun, as the engine's state has it. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: { readonly urn: string };
}

/** Kubernetes objects whose deletion was begun. Our own resources know by themselves what is unfinished. */
export function deletedObjects(pending: readonly PendingOperation[]): string[] {
  return pending
    .filter(({ type }) => type === "deleting")
    .map(({ resource }) => resource.urn)
    .filter((urn) => urn.split("::")[2]?.split("$").at(-1)?.startsWith("kubernetes:") === true);
}
