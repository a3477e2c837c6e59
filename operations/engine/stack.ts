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
 * Copies the environment's configuration beside the state, where the engine may add its encryption salt: the file in the
 * repository stays unchanged.
 * @param encryption The keys that the engine would add, if they are known from elsewhere.
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

/** Keys that the engine adds to a stack's configuration for the encryption of its secrets. */
const engineKeys = ["encryptionsalt", "secretsprovider", "encryptedkey"];

/**
 * Writes the options of one run into a copy of the stack's configuration, which is deleted at the end of the run: other runs
 * and the Pulumi CLI never see them.
 * @returns the engine's option; empty if the run has no options.
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

/** The environment's stack, created on first use. */
export async function openStack(instance: Instance): Promise<Stack> {
  prepareInstance(instance);
  writeStackConfig(instance);
  const variables = { ...engineVariables(instance), ...runVariables(instance) };
  // The engine process inherits this process's environment.
  Object.assign(process.env, variables);
  const workspace = await LocalWorkspace.create({
    workDir: repositoryRoot,
    pulumiCommand: pinnedCommand(instance),
    envVars: variables,
    program,
  });
  // The stack was selected when it was created, and every call of the CLI names it.
  if (stateFiles(instance).length > 0) workspace.selectStack = () => Promise.resolve();
  return withoutQueriesAfterRuns(await Stack.createOrSelect(instance.environment, workspace));
}

/** The CLI of the tool cache, whose version is pinned: otherwise the Automation API would query its version at each start. */
function pinnedCommand(instance: Instance): PulumiCommand {
  const command = path.join(pulumiRoot(instance), "bin", "pulumi");
  const construct = PulumiCommand as unknown as new (...args: unknown[]) => PulumiCommand;
  return new construct(command, new SemVer(pinnedVersion));
}

/**
 * After each run the Automation API queries the CLI twice for the stack's outputs, and once for its history: two seconds for
 * results that are not used here. The run's events report the changes.
 */
function withoutQueriesAfterRuns(stack: Stack): Stack {
  return Object.assign(stack, {
    outputs: () => Promise.resolve({}),
    info: () => Promise.resolve(undefined),
  });
}

/**
 * Variables that mark the engine and its providers as this run's, and set a temporary folder of their own: the Kubernetes
 * provider leaves kubeconfigs there. Folders of killed runs are deleted.
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
  // The transpiled files are in the temporary folder with which this process started.
  const transpiled = process.env["MERIDIAN_TRANSPILED"] ?? os.tmpdir();
  return { [engineMark]: engineMarkOf(instance), TMPDIR: own, MERIDIAN_TRANSPILED: transpiled };
}

function runFolder(instance: Instance): string {
  return path.join(instance.temporaryDir, `${process.pid}`);
}

/** The Automation API expects `bin/pulumi` below a folder. */
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
 * Drops the pending creations of a killed run: every local `create` adopts existing objects, and so does server-side apply.
 * Otherwise each later run would list them all and request a manual repair. Pending deletions are refreshed: the object may be
 * gone while the state still has it.
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

/** A pending operation in the engine's state. */
export interface PendingOperation {
  readonly type: string;
  readonly resource: { readonly urn: string };
}

/** Kubernetes objects with a pending deletion. Our own resources detect unfinished work themselves. */
export function deletedObjects(pending: readonly PendingOperation[]): string[] {
  return pending
    .filter(({ type }) => type === "deleting")
    .map(({ resource }) => resource.urn)
    .filter((urn) => urn.split("::")[2]?.split("$").at(-1)?.startsWith("kubernetes:") === true);
}
