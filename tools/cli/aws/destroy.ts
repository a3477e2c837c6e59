import { readEnvironmentFile } from "../../../infra/config";
import { awsEnvironment } from "../../aws/session";
import { nameOf, type ResourceState } from "../../aws/deployment";
import { describeChanges, EngineWatch, signalOption } from "../engineWatch";
import { configFile } from "../environmentFiles";
import type { Context } from "../main";
import { Stage } from "../progress";
import { getTools } from "../tools";
import { insist } from "./ask";
import { deploymentOf, explainLock, openAwsStack, settleStack } from "./stack";

/**
 * Takes an environment on AWS down, resource by resource in the order that the state knows. What is protected
 * stays, with what it stands on; so do the state's bucket and key.
 */
export async function destroy(name: string, yes: boolean, context: Context): Promise<number> {
  const environment = awsEnvironment(readEnvironmentFile(configFile(name), name), "destroy");
  await getTools(["pulumi", "pulumi-resource-kubernetes"], context);
  const stack = await openAwsStack(environment);
  await settleStack(stack, name);
  const { resources = [] } = await deploymentOf(stack);
  console.log(announce(name, resources));
  if (!yes) {
    await insist(
      `Type ${name} to take it down:`,
      name,
      `This takes ${name} down for everybody. Nothing was changed. Add --yes to do it.`,
    );
  }
  const stage = new Stage("Taking down");
  const watch = new EngineWatch(stage, resources.length, takeUpAgain);
  try {
    const { summary } = await stack.destroy({
      onEvent: watch.see,
      excludeProtected: true,
      ...signalOption(context),
    });
    stage.done(describeChanges(summary.resourceChanges ?? {}));
  } catch (error) {
    stage.fail("not all of it is gone");
    throw explainLock(watch.explain(error), name);
  }
  watch.warnings.forEach((warning) => console.log(`  ${warning}`));
  console.log(farewell(name, (await deploymentOf(stack)).resources ?? []));
  return 0;
}

const takeUpAgain =
  "A region that is gone for good holds nothing up once `npx meridian forget` has taken it out of the state.";

/** What will happen, before anybody agrees to it. */
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

/** What is left, and how the last of it would go. */
export function farewell(name: string, resources: readonly ResourceState[]): string {
  const kept = resources.filter(({ protect }) => protect === true);
  if (kept.length === 0) return `${name} is down. The bucket and the key of the state stay.`;
  return (
    `${name} is down but for what is protected and what that stands on, which go on costing money:\n` +
    `${namesOf(kept)}\n` +
    "Who is sure that the data may go: `pulumi state unprotect <urn>` for each, and destroy again."
  );
}

function namesOf(resources: readonly ResourceState[]): string {
  return resources.map(({ type, urn }) => `  ${nameOf(urn)} (${type})`).join("\n");
}
