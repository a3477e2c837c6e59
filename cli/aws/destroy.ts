import type { Stack } from "@pulumi/pulumi/automation";
import { readEnvironmentFile } from "../../infra/config";
import { awsEnvironment } from "../../operations/aws/session";
import {
  guardedBy,
  deletionProtectionText,
  logGroupText,
} from "../../operations/aws/deletionProtection";
import { nameOf, type ResourceState } from "../../operations/aws/deployment";
import { describeChanges, EngineWatch, signalOption } from "../engineWatch";
import { configFile } from "../../operations/environmentFiles";
import { CommandError } from "../../operations/errors";
import type { Context } from "../../operations/context";
import { Stage } from "../progress";
import { awsKind } from "../runKinds";
import { getTools } from "../tools";
import type { Asking } from "../changing";
import { confirmByTyping } from "./ask";
import { deploymentOf, explainLock, openAwsStack, settleStack, stateText } from "./stack";
import { awsTools } from "./tools";

/**
 * Destroys an environment on AWS, resource by resource in the order of the state. Protected resources and their dependencies
 * stay, as do the bucket and the key of the state.
 */
export async function destroy(
  name: string,
  yes: boolean,
  context: Context,
  asking: Asking,
): Promise<number> {
  const environment = awsEnvironment(readEnvironmentFile(configFile(name), name), "destroy");
  await getTools(awsTools, context);
  const stack = await openAwsStack(environment);
  await settleStack(stack, name);
  const resources = await resourcesOf(stack);
  await refuseGuarded(stack, name, resources);
  console.log(announce(name, resources));
  if (!yes) {
    const without = `This destroys ${name} for all its users. Nothing was changed. Add --yes to do it.`;
    await asking(
      () => confirmByTyping(`Type ${name} to take it down:`, name, without),
      () => stateText(stack, name),
    );
  }
  const stage = new Stage("Taking down");
  const watch = new EngineWatch(
    stage,
    awsKind("destroy", name, resources.length),
    takeUpAgain,
    "Not all could be taken down",
  );
  context.signal.throwIfAborted();
  try {
    await stack.destroy({
      onEvent: watch.see,
      excludeProtected: true,
      ...signalOption(context),
    });
    watch.finish();
    stage.done(describeChanges(watch.changes));
  } catch (error) {
    stage.fail("not all of it is gone");
    throw explainLock(watch.explain(error), name);
  }
  watch.warnings.forEach((warning) => console.log(`  ${warning}`));
  const left = await resourcesOf(stack);
  console.log(farewell(name, left));
  const kept = new Set(left.map(({ urn }) => urn));
  const logs = logGroupText(resources.filter(({ urn }) => !kept.has(urn)));
  if (logs !== "") console.log(logs);
  return 0;
}

async function resourcesOf(stack: Stack): Promise<readonly ResourceState[]> {
  return (await deploymentOf(stack)).resources ?? [];
}

/**
 * Otherwise half of the platform would be deleted before AWS refused the rest.
 * @throws CommandError listing the deletion protections to switch off, as AWS reports them now.
 */
async function refuseGuarded(
  stack: Stack,
  name: string,
  resources: readonly ResourceState[],
): Promise<void> {
  const before = guardedBy(resources);
  if (before.length === 0) return;
  await stack.refresh({ target: before.map(({ urn }) => urn) });
  const guarded = guardedBy(await resourcesOf(stack));
  if (guarded.length > 0) throw new CommandError(deletionProtectionText(name, guarded));
}

const takeUpAgain =
  "A region that is gone for good holds nothing up once `npx meridian forget` has taken it out of the state.";

/** Describes the destruction before the user confirms it. */
export function announce(name: string, resources: readonly ResourceState[]): string {
  const kept = resources.filter(({ protect }) => protect === true);
  return [
    `${name} has ${resources.length} resources. Taking it down ends every app in every region.`,
    kept.length === 0
      ? "Nothing in it is protected: data goes too."
      : `These are protected and stay, with all that they stand on:\n${namesOf(kept)}`,
    "The bucket and the key of the state stay.",
  ].join("\n");
}

/** Lists the resources that stay, and how to delete them. */
export function farewell(name: string, resources: readonly ResourceState[]): string {
  const kept = resources.filter(({ protect }) => protect === true);
  if (kept.length === 0) return `${name} is down. The bucket and the key of the state stay.`;
  return (
    `${name} is down but for what is protected and what that stands on, which go on costing money:\n` +
    `${namesOf(kept)}\n` +
    `Who is sure that the data may go: \`pulumi state unprotect --stack ${name} <urn>\` for each, with the state as ` +
    `\`npx meridian bootstrap ${name}\` names it, and destroy again. Buckets have to be empty, and Aurora to have its ` +
    "deletion protection switched off."
  );
}

function namesOf(resources: readonly ResourceState[]): string {
  return resources.map(({ type, urn }) => `  ${nameOf(urn)} (${type})`).join("\n");
}
