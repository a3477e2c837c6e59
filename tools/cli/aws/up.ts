import type { EngineEvent, Stack } from "@pulumi/pulumi/automation";
import { appNames, readEnvironmentFile } from "../../../infra/config";
import type { AwsEnvironment } from "../../../infra/config/types";
import { repositoryRoot } from "../../../infra/local/instance";
import { planPlatform } from "../../../infra/plan";
import { settlePending } from "../../aws/pending";
import { awsEnvironment } from "../../aws/session";
import type { ToolName } from "../../toolchain";
import { describeChanges, EngineWatch, signalOption } from "../engineWatch";
import { configFile } from "../environmentFiles";
import type { Context } from "../main";
import { Stage } from "../progress";
import { getTools } from "../tools";
import { insist } from "./ask";
import { type Loss, lossesOf, lossText } from "./changes";
import { deploymentOf, explainLock, openAwsStack, settleStack } from "./stack";

/** What the engine needs beside what it fetches by itself. */
const tools: readonly ToolName[] = ["pulumi", "pulumi-resource-kubernetes"];

const advice =
  "`npx meridian preview` shows what is left to do. What is protected stays protected.";

/**
 * Brings an environment on AWS to what its configuration says. What would be lost is shown first, and agreed
 * to where it holds data.
 */
export async function up(name: string, options: UpOptions, context: Context): Promise<number> {
  try {
    return await carryOut(name, options, context);
  } catch (error) {
    throw explainLock(error, name);
  }
}

export interface UpOptions {
  /** Data may be lost without asking. */
  readonly yes: boolean;
  /** Takes away the lock of a run that was killed. */
  readonly unlock: boolean;
}

async function carryOut(name: string, options: UpOptions, context: Context): Promise<number> {
  const environment = await prepare(name, context);
  const stack = await openAwsStack(environment, options.unlock);
  await settleStack(stack, name);
  const { losses, expected } = await look(stack, context);
  if (losses.length > 0) console.log(lossText(losses));
  await agree(name, losses, options.yes);
  const stage = new Stage("Platform");
  const watch = new EngineWatch(stage, expected, advice);
  try {
    const { summary } = await stack.up({ onEvent: watch.see, ...signalOption(context) });
    stage.done(describeChanges(summary.resourceChanges ?? {}));
  } catch (error) {
    stage.fail("not all of it is there");
    throw watch.explain(error);
  }
  watch.warnings.forEach((warning) => console.log(`  ${warning}`));
  return 0;
}

/** Shows what `up` would change, resource by resource, and what would be lost by it. */
export async function preview(name: string, context: Context): Promise<number> {
  const environment = await prepare(name, context);
  const stack = await openAwsStack(environment);
  if (settlePending(await deploymentOf(stack)) !== undefined) {
    console.log(`! An earlier run was cut short. \`npx meridian up ${name}\` settles that first.`);
  }
  const { losses } = await look(stack, context, (text) => process.stdout.write(text));
  if (losses.length > 0) console.log(lossText(losses));
  return 0;
}

async function prepare(name: string, context: Context): Promise<AwsEnvironment> {
  const environment = readEnvironmentFile(configFile(name), name);
  const plan = planPlatform(environment, appNames(repositoryRoot, name));
  await getTools(tools, context);
  plan.warnings.forEach((warning) => console.log(`! ${warning}`));
  return awsEnvironment(environment, "up");
}

/** A preview: what would be lost, and how many resources there are to see to. */
async function look(
  stack: Stack,
  context: Context,
  onOutput?: (text: string) => void,
): Promise<{ losses: Loss[]; expected: number }> {
  const stage = new Stage("Preview");
  const watch = new EngineWatch(stage, 0, advice);
  const events: EngineEvent[] = [];
  try {
    const { changeSummary } = await stack.preview({
      onEvent: (event) => {
        events.push(event);
        watch.see(event);
      },
      ...(onOutput === undefined ? {} : { onOutput }),
      ...signalOption(context),
    });
    const counts = changeSummary as Readonly<Record<string, number>>;
    const expected = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const changed = expected - (counts["same"] ?? 0);
    stage.done(changed === 0 ? "nothing to change" : `${changed} of ${expected} to change`);
    return { losses: lossesOf(events), expected };
  } catch (error) {
    stage.fail("what the configuration says cannot be done");
    throw watch.explain(error);
  }
}

async function agree(name: string, losses: readonly Loss[], yes: boolean): Promise<void> {
  const data = losses.filter(({ holdsData }) => holdsData);
  if (data.length === 0 || yes) return;
  await insist(
    `${data.map((loss) => loss.name).join(", ")}: data would be lost. Type ${name} to go on:`,
    name,
    `This loses data. Nothing was changed. Add --yes to do it.`,
  );
}
