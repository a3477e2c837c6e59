import { execFile } from "node:child_process";
import * as fs from "node:fs";
import { promisify } from "node:util";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Stack } from "@pulumi/pulumi/automation";
import { readEnvironmentFile } from "../../infra/config";
import type { AwsEnvironment } from "../../infra/config/types";
import { accountOf } from "../../infra/providers/aws/account/account";
import { backupPurpose, planBackup } from "../../infra/components/backup/plan";
import { bucketName } from "../../infra/providers/aws/state/buckets";
import { isProtected } from "../../infra/providers/aws/cluster/eks";
import { type HubMovePlan, planHubMove } from "../../infra/providers/aws/hub/hubMove";
import type { Deployment } from "../../operations/aws/deployment";
import { hubRegionsOf } from "../../operations/aws/forgetRegion";
import { hubAnswers } from "../../operations/aws/hubControllers";
import { type HubMoveDeps, hubKubeconfig, runSteps } from "../../operations/aws/hubMove";
import { awsEnvironment, s3Client } from "../../operations/aws/session";
import { configFile } from "../../operations/environmentFiles";
import { CommandError } from "../../operations/errors";
import type { Context } from "../../operations/context";
import { addToDocument } from "../documents/output";
import type { HubMoveFields } from "../documents/regionSchemas";
import { getTools } from "../tools";
import type { Asking } from "../changing";
import { confirmByTyping } from "./ask";
import { deploymentOf, explainLock, openAwsStack, replaceDeployment, stateText } from "./stack";
import { up } from "./up";
import { awsTools } from "./tools";

export interface HubMoveOptions {
  readonly to: string;
  /** The old hub is given up: the move does not wait for it. */
  readonly lost: boolean;
  readonly yes: boolean;
}

/** Moves the hub of an environment on AWS to another of its regions. A repeated run resumes an interrupted move. */
export async function moveHub(
  name: string,
  options: HubMoveOptions,
  context: Context,
  asking: Asking,
): Promise<number> {
  const environment = awsEnvironment(readEnvironmentFile(configFile(name), name), "hub move");
  await getTools(awsTools, context);
  const stack = await openAwsStack(environment);
  const plan = await look(environment, await deploymentOf(stack), options);
  if (plan.diagnostics.length > 0)
    throw new CommandError([...plan.diagnostics, "Nothing was changed."].join("\n"));
  if (plan.steps.length === 0) {
    addToDocument<HubMoveFields>({ region: options.to, moved: false });
    console.log(`The hub of ${name} is in ${options.to}: nothing to do.`);
    return 0;
  }
  plan.notes.forEach((note) => console.log(`  ${note}`));
  if (!options.yes) {
    const without = "Nothing was changed. Add --yes to do it.";
    await asking(
      () => confirmByTyping(`Type ${options.to} to move the hub there:`, options.to, without),
      () => stateText(stack, name),
    );
  }
  await runSteps(plan.steps, meansOf(environment, stack, context, asking)).catch(
    (error: unknown) => {
      throw explainLock(error, name);
    },
  );
  addToDocument<HubMoveFields>({ region: options.to, moved: true });
  console.log(`The hub of ${name} is in ${options.to}. What to check: docs/guides/hub.md.`);
  return 0;
}

/** Reads the current situation and plans the move. */
async function look(
  environment: AwsEnvironment,
  state: Deployment,
  { to, lost }: HubMoveOptions,
): Promise<HubMovePlan> {
  const housed = hubRegionsOf(state);
  const seen = await Promise.all(
    housed.map(async (region) => {
      const answers = await hubAnswers(hubKubeconfig(state, region));
      return { region, answers, silent: !answers && !(await regionAnswers(region)) };
    }),
  );
  const leaving = housed.find((region) => region !== to) ?? to;
  const backup = planBackup({ hub: { region: leaving }, regions: environment.regions });
  return planHubMove({
    environment,
    to,
    housed,
    answering: seen.filter(({ answers }) => answers).map(({ region }) => region),
    silentRegions: seen.filter(({ silent }) => silent).map(({ region }) => region),
    lost,
    backup,
    backupAgeMinutes: await backupAge(environment, backup.region, backup.snapshotKey),
    isProtected: isProtected(environment.name),
  });
}

/** Whether AWS itself answers in a region: a refusal counts as an answer. */
async function regionAnswers(region: string): Promise<boolean> {
  try {
    await new STSClient({ region, maxAttempts: 2 }).send(new GetCallerIdentityCommand({}));
    return true;
  } catch (error) {
    return (
      (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined
    );
  }
}

/** Minutes since the newest snapshot of Karmada; undefined if none can be read. */
async function backupAge(
  environment: AwsEnvironment,
  region: string,
  Key: string,
): Promise<number | undefined> {
  const account = accountOf(environment);
  const place = {
    Bucket: bucketName(account, backupPurpose(region)),
    ExpectedBucketOwner: account.accountId,
  };
  try {
    const { LastModified } = await s3Client(region).send(new HeadObjectCommand({ ...place, Key }));
    return LastModified === undefined ? undefined : (Date.now() - LastModified.getTime()) / 60_000;
  } catch {
    return undefined;
  }
}

function meansOf(
  environment: AwsEnvironment,
  stack: Stack,
  context: Context,
  asking: Asking,
): HubMoveDeps {
  const { name } = environment;
  const file = configFile(name);
  return {
    readFile: () => fs.readFileSync(file, "utf8"),
    writeFile: (text) => fs.writeFileSync(file, text),
    state: () => deploymentOf(stack),
    replaceState: (deployment) => replaceDeployment(stack, deployment),
    release: liftProtection,
    say: (text) => console.log(`✔ ${text}`),
    up: async () => {
      const code = await up(name, { yes: false, unlock: false, run: {} }, context, asking);
      if (code !== 0) throw new CommandError("Run the same command again: it resumes from here.");
    },
  };
}

/** Uses the `aws` command, which is installed for the clusters' tokens. */
async function liftProtection(region: string, eksName: string): Promise<void> {
  const eks = (...args: string[]) =>
    promisify(execFile)("aws", ["eks", ...args, "--region", region, "--name", eksName]);
  const asked = await eks("describe-cluster", "--query", "cluster.deletionProtection");
  if (asked.stdout.trim() !== "true") return;
  await eks("update-cluster-config", "--no-deletion-protection");
  await eks("wait", "cluster-active");
}
