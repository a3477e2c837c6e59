import * as path from "node:path";
import {
  LocalWorkspace,
  PulumiCommand,
  Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation";
import program from "../../infra";
import type { AwsEnvironment } from "../../infra/config/types";
import {
  type Instance,
  prepareInstance,
  repositoryRoot,
} from "../../infra/providers/local/instance";
import { killOrphanedEngines } from "../../infra/providers/local/processes";
import { findStateHome } from "../../operations/aws/bootstrap";
import {
  type Deployment,
  nameOf,
  type PendingOperation,
  type StackState,
} from "../../operations/aws/deployment";
import { pendingText, settlePending } from "../../operations/aws/pending";
import { begunReleases, endBegun, kubeconfigIn } from "../../operations/aws/releases";
import { toolPath } from "../../toolchain";
import { pulumiRoot, runVariables, writeStackConfig } from "../../operations/engine/stack";
import { openInstance } from "../environment";
import { CommandError } from "../../operations/errors";
import { Stage } from "../progress";

/** Names a place for the state in the stead of the bucket, e.g. "file:///tmp/state": for tests. */
const backendVariable = "MERIDIAN_BACKEND_URL";

/** Where the engine finds an environment's state, and what opens the secrets in it. */
interface StateAccess {
  readonly backend: string;
  /** Pulumi's `--secrets-provider`. */
  readonly secrets: string;
}

/**
 * The environment's stack, made the first time.
 * @param unlock Whether locks of other runs are removed: a run that was killed leaves its own for ever.
 * @throws CommandError when there is no place for its state, or credentials are not right.
 */
export async function openAwsStack(environment: AwsEnvironment, unlock = false): Promise<Stack> {
  const access = await accessOf(environment);
  const instance = openInstance(environment.name);
  prepareInstance(instance);
  // An engine whose command was killed would go on, or hold the state, with nobody to see it.
  await killOrphanedEngines(instance);
  const encryption = access.secrets === "passphrase" ? {} : { secretsprovider: access.secrets };
  writeStackConfig(instance, encryption);
  const variables = { ...variablesOf(instance, access), ...runVariables(instance) };
  // The engine's own process inherits what this one has.
  Object.assign(process.env, variables);
  const workspace = await LocalWorkspace.create({
    workDir: repositoryRoot,
    pulumiCommand: await PulumiCommand.get({ root: pulumiRoot(instance) }),
    envVars: variables,
    secretsProvider: access.secrets,
    program,
  });
  try {
    const stack = await Stack.select(environment.name, workspace);
    if (unlock) await stack.cancel();
    writeStackConfig(instance, { ...encryption, ...encryptionOf(await deploymentOf(stack)) });
    return stack;
  } catch (error) {
    if (!(error instanceof StackNotFoundError)) throw error;
    return Stack.create(environment.name, workspace);
  }
}

async function accessOf(environment: AwsEnvironment): Promise<StateAccess> {
  const backend = process.env[backendVariable];
  if (backend !== undefined) return { backend, secrets: "passphrase" };
  return findStateHome(environment);
}

/** As for a local environment; plugins of the official providers are kept where Pulumi keeps them. */
function variablesOf(
  instance: Instance,
  { backend, secrets }: StateAccess,
): Record<string, string> {
  const plugins = [toolPath("pulumi"), toolPath("pulumi-resource-kubernetes")].map((file) =>
    path.dirname(file),
  );
  return {
    PULUMI_BACKEND_URL: backend,
    PULUMI_OPTION_CONFIG_FILE: instance.stackConfigFile,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
    MERIDIAN_HOME: path.dirname(instance.dir),
    ...(secrets === "passphrase" ? { PULUMI_CONFIG_PASSPHRASE_FILE: instance.passphraseFile } : {}),
    PATH: [...plugins, process.env["PATH"] ?? ""].join(path.delimiter),
  };
}

/** The error in words, where another run holds the state's lock, or seems to. */
export function explainLock(error: unknown, environment: string): unknown {
  const found = /locked by \d+ lock[\s\S]*?(created by[^\n]*)/.exec(String(error));
  if (found === null) return error;
  return new CommandError(
    `Another run holds the state of ${environment}: ${found[1]?.trim()}. Nothing was changed. ` +
      `Wait for it. If it is known to have been killed, \`npx meridian up ${environment} --unlock\` takes its lock away.`,
  );
}

/** The state as it is now. */
export async function deploymentOf(stack: Stack): Promise<Deployment> {
  return ((await stack.exportStack()) as StackState).deployment;
}

/**
 * What a machine has to know that sees the stack for the first time: the state names its key, encrypted by
 * the key of KMS. Another would do, but then each machine would write all secrets anew.
 */
export function encryptionOf({ secrets_providers }: Deployment): Readonly<Record<string, string>> {
  const { state } = secrets_providers ?? {};
  const { encryptedkey } = (state ?? {}) as { encryptedkey?: unknown };
  return typeof encryptedkey === "string" ? { encryptedkey } : {};
}

/** Puts another state in the place of the stack's. */
export async function replaceDeployment(stack: Stack, deployment: Deployment): Promise<void> {
  await stack.importStack({ ...(await stack.exportStack()), deployment });
}

/**
 * Finishes what a run that was cut short had begun: see `settlePending`.
 * @param more Operations that count as begun, beside those in the state. Default: none.
 */
export async function settleStack(
  stack: Stack,
  environment: string,
  more: readonly PendingOperation[] = [],
): Promise<void> {
  const found = await deploymentOf(stack);
  const before = { ...found, pending_operations: [...(found.pending_operations ?? []), ...more] };
  const settlement = settlePending(before);
  if (settlement === undefined) return;
  const stage = new Stage(more.length > 0 ? "Taking over" : "Earlier run");
  const { deployment, lookAt, unknown } = settlement;
  // Refused while another run holds the state: from here on nobody else is at work.
  await replaceDeployment(stack, deployment);
  const unreachable = await endBegunReleases(before);
  if (lookAt.length > 0) {
    stage.update(`asking about ${lookAt.length} resources that it had begun with`);
    await stack.refresh({ target: [...lookAt] });
  }
  stage.done(more.length > 0 ? "in the state now" : "was cut short, and is settled");
  unreachable.forEach((line) => console.log(line));
  if (unknown.length > 0) console.log(pendingText(unknown, environment));
}

/** @returns what could not be done, in words: a cluster that does not answer may be gone. */
async function endBegunReleases(deployment: Deployment): Promise<string[]> {
  const results = begunReleases(deployment).map(async (release) => {
    const kubeconfig = kubeconfigIn(deployment, release.provider);
    if (kubeconfig === undefined) return [];
    try {
      await endBegun(kubeconfig, release);
      return [];
    } catch (error) {
      const which = `${release.namespace}/${release.name} in ${nameOf(release.provider)}`;
      return [`! The chart's release ${which} was not looked at: ${(error as Error).message}`];
    }
  });
  return (await Promise.all(results)).flat();
}
