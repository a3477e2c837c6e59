import * as fs from "node:fs";
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
import { pulumiRoot, runVariables, writeStackConfig } from "../../operations/engine/stack";
import { commonVariables } from "../../operations/engine/variables";
import { openInstance } from "../environment";
import { explainHeldState } from "../engineWatch";
import { Stage } from "../progress";

/** Overrides the bucket as the location of the state, e.g. "file:///tmp/state": for tests. */
const backendVariable = "MERIDIAN_BACKEND_URL";

/** The location of an environment's state, and the provider that decrypts its secrets. */
interface StateAccess {
  readonly backend: string;
  /** Pulumi's `--secrets-provider`. */
  readonly secrets: string;
}

/**
 * The environment's stack, created on first use.
 * @param unlock Whether to remove the locks of other runs: a killed run leaves its lock behind.
 * @throws CommandError if the state has no location, or the credentials are invalid.
 */
export async function openAwsStack(environment: AwsEnvironment, unlock = false): Promise<Stack> {
  const access = await accessOf(environment);
  const instance = openInstance(environment.name);
  prepareInstance(instance);
  // An engine whose command was killed would continue unseen, or hold the state.
  await killOrphanedEngines(instance);
  const encryption = access.secrets === "passphrase" ? {} : { secretsprovider: access.secrets };
  writeStackConfig(instance, encryption);
  const variables = { ...variablesOf(instance, access), ...runVariables(instance) };
  // The engine process inherits this process's environment.
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

/** As for a local environment, except that the plugins of official providers stay in Pulumi's own folder. */
function variablesOf(
  instance: Instance,
  { backend, secrets }: StateAccess,
): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: backend,
    ...(secrets === "passphrase" ? { PULUMI_CONFIG_PASSPHRASE_FILE: instance.passphraseFile } : {}),
    ...commonVariables(instance),
  };
}

/** A CommandError if another run holds the state's lock, or seems to; otherwise the error itself. */
export function explainLock(error: unknown, environment: string): unknown {
  return explainHeldState(
    error,
    environment,
    `If it is known to have been killed, \`npx meridian up ${environment} --unlock\` takes its lock away.`,
  );
}

/**
 * The state and the configuration of a stack as text, to detect a change by another command.
 * @param environment Its name.
 */
export async function stateText(stack: Stack, environment: string): Promise<string> {
  const { stackConfigFile } = openInstance(environment);
  return JSON.stringify([await deploymentOf(stack), fs.readFileSync(stackConfigFile, "utf8")]);
}

/** The current state. */
export async function deploymentOf(stack: Stack): Promise<Deployment> {
  return ((await stack.exportStack()) as StackState).deployment;
}

/**
 * The encryption settings for a machine that opens the stack for the first time: the state contains its data key, encrypted by
 * the KMS key. Another data key would work, but then each machine would re-encrypt all secrets.
 */
export function encryptionOf({ secrets_providers }: Deployment): Readonly<Record<string, string>> {
  const { state } = secrets_providers ?? {};
  const { encryptedkey } = (state ?? {}) as { encryptedkey?: unknown };
  return typeof encryptedkey === "string" ? { encryptedkey } : {};
}

/** Replaces the stack's state. */
export async function replaceDeployment(stack: Stack, deployment: Deployment): Promise<void> {
  await stack.importStack({ ...(await stack.exportStack()), deployment });
}

/**
 * Finishes the operations that an interrupted run left pending: see `settlePending`.
 * @param more Operations that count as pending, in addition to those in the state. Default: none.
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
  const { deployment, pollAt, unknown } = settlement;
  // Fails while another run holds the state: from here on, no other run is active.
  await replaceDeployment(stack, deployment);
  const unreachable = await endBegunReleases(before);
  if (pollAt.length > 0) {
    stage.update(`asking about ${pollAt.length} resources that it had begun with`);
    await stack.refresh({ target: [...pollAt] });
  }
  stage.done(more.length > 0 ? "in the state now" : "was cut short, and is settled");
  unreachable.forEach((line) => console.log(line));
  if (unknown.length > 0) console.log(pendingText(unknown, environment));
}

/** @returns the failures as text: a cluster that does not answer may be gone. */
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
