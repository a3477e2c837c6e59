import * as fs from "node:fs";
import * as path from "node:path";
import type { EngineEvent, Stack, UpResult } from "@pulumi/pulumi/automation";
import { appNames, environmentsFolder } from "../../infra/config";
import type { AwsEnvironment, RunOptions } from "../../infra/config/types";
import { repositoryRoot, writePrivate } from "../../infra/providers/local/instance";
import { planPlatform } from "../../infra/plan";
import { unreleased } from "../../infra/components/delivery/manifests/argocd";
import { planAws } from "../../infra/providers/aws/plan";
import type { PlatformPlan } from "../../infra/plan/types";
import { nameOf } from "../../operations/aws/deployment";
import { settlePending } from "../../operations/aws/pending";
import { blockedReleases } from "../../operations/aws/releases";
import { awsEnvironment } from "../../operations/aws/session";
import { describeChanges, EngineWatch, signalOption } from "../engineWatch";
import { runConfig } from "../../operations/engine/stack";
import { environmentFor } from "../../operations/environmentFiles";
import { openInstance } from "../environment";
import type { Context } from "../../operations/context";
import { Stage } from "../progress";
import { getTools } from "../tools";
import type { Asking } from "../changing";
import { confirmByTyping } from "./ask";
import { checkFlags, checkNames, flagTools } from "./checks";
import { type Loss, lossesOf, lossText } from "./changes";
import { unreleasedText } from "../releaseMessages";
import { delegationText, type Outputs, resultText } from "./result";
import { deploymentOf, explainLock, openAwsStack, settleStack, stateText } from "./stack";
import { awsTools } from "./tools";
import { previewSummary } from "../previewText";
import { type Change, changedCount, changesOf, changeText, countsOf } from "../changeSummary";
import type { RunKind } from "../../operations/runTimes/clock";
import { awsKind } from "../runKinds";
import { addToDocument } from "../documents/output";
import { previewFields } from "../documents/preview";
import type { PreviewFields, UpFields } from "../documents/schemas";
import { outputFields, runFields } from "../documents/up";
import { shownPath } from "../../infra/config/shownPath";

const advice =
  "`npx meridian preview` shows what is left to do. What is protected stays protected.";

/** Reconciles an environment on AWS with its configuration. It shows losses first, and requires confirmation if they hold data. */
export async function up(
  name: string,
  options: UpOptions,
  context: Context,
  asking: Asking,
): Promise<number> {
  try {
    return await carryOut(name, options, context, asking);
  } catch (error) {
    throw explainLock(error, name);
  }
}

export interface UpOptions {
  /** Data may be lost without confirmation. */
  readonly yes: boolean;
  /** Removes the lock of a killed run. */
  readonly unlock: boolean;
  readonly run: RunOptions;
}

async function carryOut(
  name: string,
  options: UpOptions,
  context: Context,
  asking: Asking,
): Promise<number> {
  const begin = Date.now();
  const { run } = options;
  addToDocument<UpFields>({ provider: "aws" });
  const { environment, plan } = await prepare(name, run, context);
  const stack = await openAwsStack(environment, options.unlock);
  await settleStack(stack, name);
  const preview = await look(stack, name, run, context);
  print(preview.warnings);
  if (preview.losses.length > 0) console.log(lossText(preview.losses));
  if (!options.yes)
    await agree(name, preview.losses, (question) => asking(question, () => stateText(stack, name)));
  const { outputs } = await bringUp(stack, plan, { ...preview, run }, context);
  console.log(resultOf(plan, outputs));
  const held = outputs["revision"]?.value === unreleased ? unreleasedText(name) : undefined;
  if (held !== undefined) console.log(`! ${held}`);
  addToDocument<UpFields>({
    seconds: (Date.now() - begin) / 1000,
    ...outputFields(plan, plainOutputs(outputs), held),
  });
  return 0;
}

/**
 * Runs the engine. If charts are installed but not in the state, it imports them and runs once more: a refresh during which
 * their cluster did not answer leaves them so, as does a killed provider.
 */
async function bringUp(
  stack: Stack,
  plan: PlatformPlan,
  preview: Preview & { readonly run: RunOptions },
  context: Context,
  again = false,
): Promise<UpResult> {
  const stage = new Stage("Platform");
  const watch = new EngineWatch(stage, runKind(plan, preview), advice);
  const events: EngineEvent[] = [];
  context.signal.throwIfAborted();
  try {
    const result = await stack.up({
      onEvent: (event) => {
        watch.see(event);
        events.push(event);
        const servers = nameServersOf(event);
        // Immediately: the run itself waits for certificates, and they wait for the domain.
        if (servers.length > 0) stage.note(delegationText(plan.traffic.domain, servers));
      },
      ...runConfig(openInstance(plan.environment.name), preview.run),
      ...signalOption(context),
    });
    if (!again) watch.finish();
    stage.done(describeChanges(watch.changes));
    print(watch.warnings.filter((warning) => !preview.warnings.includes(warning)));
    addToDocument<UpFields>(runFields(watch.changes, watch.warnings));
    return result;
  } catch (error) {
    const blocked = blockedReleases(events);
    if (again || blocked.length === 0 || context.signal.aborted) {
      stage.fail("not all of it is there");
      throw watch.explain(error);
    }
    const names = blocked.map(({ resource }) => nameOf(resource.urn)).join(", ");
    stage.fail(`installed already, and not in the state: ${names}. Taken over, then on it goes`);
    await settleStack(stack, plan.environment.name, blocked);
    return bringUp(stack, plan, preview, context, true);
  }
}

function runKind({ environment }: PlatformPlan, { resources, counts }: Preview): RunKind {
  return awsKind("up", environment.name, resources, changedCount(counts));
}

/** Name servers of a zone that the run has just created. */
function nameServersOf({ resOutputsEvent }: EngineEvent): readonly string[] {
  const { op, type, new: made } = resOutputsEvent?.metadata ?? {};
  if (op !== "create" || type !== "aws:route53/zone:Zone") return [];
  const servers: unknown = made?.outputs["nameServers"];
  return Array.isArray(servers) ? servers.map(String) : [];
}

function resultOf(plan: PlatformPlan, outputs: UpResult["outputs"]): string {
  const { hub, clusters } = planAws(plan, today());
  return resultText({
    environment: plan.environment.name,
    domain: plan.traffic.domain,
    apps: plan.traffic.apps,
    outputs: plainOutputs(outputs),
    clusters: [hub, ...Object.values(clusters)].map(({ cluster }) => cluster),
  });
}

function plainOutputs(outputs: UpResult["outputs"]): Outputs {
  const values = Object.entries(outputs).map(([key, { value }]) => [key, value as unknown]);
  return Object.fromEntries(values) as Outputs;
}

/** Today's date in UTC, "YYYY-MM-DD". */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Shows what `up` would change, the losses, and the total cost. @param verbose Show the engine's own output too. */
export async function preview(
  name: string,
  { verbose, ...run }: RunOptions & { readonly verbose: boolean },
  context: Context,
): Promise<number> {
  const { environment, plan } = await prepare(name, run, context);
  const stack = await openAwsStack(environment);
  const pending: string[] = [];
  if (settlePending(await deploymentOf(stack)) !== undefined)
    pending.push(`! An earlier run was cut short. \`npx meridian up ${name}\` settles that first.`);
  print(pending);
  const { counts, changes, losses, notes, warnings, file } = await look(stack, name, run, context);
  addToDocument<PreviewFields>(
    previewFields({
      ...{ plan, changes, counts },
      ...{ created: undefined, apps: undefined },
      cost: { ...planAws(plan, today()).cost, budget: environment.aws.budget.monthlyUsd },
      protectedNames: losses.filter((loss) => loss.isProtected).map((loss) => loss.name),
      warnings: [...pending, ...warnings],
    }),
  );
  if (verbose) console.log(fs.readFileSync(file, "utf8"));
  const text = changeText(changes);
  if (text !== "") console.log(text);
  if (losses.length > 0) console.log(lossText(losses));
  console.log();
  print(notes);
  print(warnings);
  console.log(`Every resource and property: ${shownPath(file)}`);
  return 0;
}

/** Every check that needs no account. The program itself reports the plan's warnings, so they are not repeated here. */
async function prepare(
  name: string,
  run: RunOptions,
  context: Context,
): Promise<{ environment: AwsEnvironment; plan: PlatformPlan }> {
  const environment = awsEnvironment(environmentFor(name, run), "up");
  const apps = appNames(repositoryRoot, environment.delivery.overlays);
  checkNames(apps);
  await getTools([...awsTools, ...flagTools(environment)], context);
  const folder = environmentsFolder(repositoryRoot);
  await checkFlags(environment, folder, path.join(repositoryRoot, "apps"));
  return { environment, plan: planPlatform(environment, apps) };
}

/** Result of a preview. */
interface Preview {
  readonly changes: readonly Change[];
  /** Number of resources per operation. */
  readonly counts: Readonly<Record<string, number>>;
  readonly losses: readonly Loss[];
  /** Number of resources to process. */
  readonly resources: number;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  /** File with the engine's full output. */
  readonly file: string;
}

async function look(
  stack: Stack,
  name: string,
  run: RunOptions,
  context: Context,
): Promise<Preview> {
  const stage = new Stage("Preview");
  const watch = new EngineWatch(
    stage,
    awsKind("preview", name, 0),
    advice,
    "This cannot be brought up",
  );
  const events: EngineEvent[] = [];
  try {
    const { changeSummary, stdout } = await stack.preview({
      diff: true,
      onEvent: (event) => {
        events.push(event);
        watch.see(event);
      },
      ...runConfig(openInstance(name), run),
      ...signalOption(context),
    });
    const file = path.join(openInstance(name).logsDir, "preview.txt");
    writePrivate(file, stdout);
    const changes = changesOf(events);
    const counts = countsOf(changes, changeSummary);
    watch.finish();
    const changed = changedCount(counts);
    const resources = changed + (counts["same"] ?? 0);
    stage.done(previewSummary(counts));
    const { notes, warnings } = watch;
    return { changes, counts, losses: lossesOf(events), resources, notes, warnings, file };
  } catch (error) {
    stage.fail("this cannot be brought up");
    throw watch.explain(error);
  }
}

function print(lines: readonly string[]): void {
  lines.forEach((line) => console.log(line));
}

async function agree(
  name: string,
  losses: readonly Loss[],
  asking: (question: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const data = losses.filter(({ holdsData }) => holdsData).map((loss) => loss.name);
  if (data.length === 0) return;
  const question = `${data.join(", ")}: data would be lost. Type ${name} to go on:`;
  const without = "This loses data. Nothing was changed. Add --yes to do it.";
  await asking(() => confirmByTyping(question, name, without));
}
