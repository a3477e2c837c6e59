import { readEnvironmentFile } from "../../infra/config";
import type { AwsEnvironment } from "../../infra/config/types";
import { hubNameIn } from "../../infra/providers/aws/account/names";
import { nameOf } from "../../operations/aws/deployment";
import {
  describeTaken,
  type Forgotten,
  forgetRegion,
  regionsOf,
} from "../../operations/aws/forgetRegion";
import { awsEnvironment } from "../../operations/aws/session";
import { configFile } from "../../operations/environmentFiles";
import { CommandError } from "../../operations/errors";
import type { Context } from "../../operations/context";
import { addToDocument } from "../documents/output";
import type { ForgetFields } from "../documents/regionSchemas";
import { getTools } from "../tools";
import type { Asking } from "../changing";
import { confirmByTyping } from "./ask";
import { deploymentOf, explainLock, openAwsStack, replaceDeployment, stateText } from "./stack";
import { awsTools } from "./tools";

export interface ForgetOptions {
  readonly hub: boolean;
  readonly yes: boolean;
}

/**
 * Removes a lost region from the state. It calls no AWS API in the region, so nothing can hang. The next `up` continues without
 * the region.
 */
export async function forget(
  name: string,
  region: string,
  options: ForgetOptions,
  context: Context,
  asking: Asking,
): Promise<number> {
  const environment = awsEnvironment(readEnvironmentFile(configFile(name), name), "forget");
  refuseConfigured(environment, region);
  await getTools(awsTools, context);
  const stack = await openAwsStack(environment);
  const before = await deploymentOf(stack);
  const forgotten = forgetRegion(before, region);
  addToDocument<ForgetFields>({ region, forgotten: 0 });
  if (forgotten.taken.length === 0) {
    console.log(
      `The state of ${name} has nothing in ${region}; it has ${regionsOf(before).join(", ") || "no region"}.`,
    );
    return 0;
  }
  refuseHub(forgotten, region, options.hub);
  console.log(announce(region, forgotten));
  if (!options.yes) {
    const question = `Type ${region} to take it out of the state:`;
    const without = "Nothing was changed. Add --yes to do it.";
    await asking(
      () => confirmByTyping(question, region, without),
      () => stateText(stack, name),
    );
  }
  await replaceDeployment(stack, forgotten.deployment).catch((error: unknown) => {
    throw explainLock(error, name);
  });
  addToDocument<ForgetFields>({ forgotten: forgotten.taken.length });
  console.log(`${region} is out of the state. Now run \`npx meridian up ${name}\`.`);
  return 0;
}

/** @throws CommandError while the configuration still has the region. */
export function refuseConfigured(environment: AwsEnvironment, region: string): void {
  if (!environment.regions.some((one) => one.name === region)) return;
  throw new CommandError(
    `${region} is in the configuration of ${environment.name}: the next \`up\` would create it again. ` +
      "Nothing was changed. Take it out of meridian:regions first.",
  );
}

/** @throws CommandError if the region houses the hub and `--hub` was not given. */
export function refuseHub({ taken }: Forgotten, region: string, hub: boolean): void {
  const housed = taken.some(
    (urn) => nameOf(urn) === hubNameIn(region) && urn.includes("pulumi:providers:kubernetes"),
  );
  if (!housed || hub) return;
  throw new CommandError(
    `${region} houses the hub: Argo CD and the federation go out of the state with it, and are created again in the ` +
      "region that has the role now. Nothing was changed. Add --hub if that is meant.",
  );
}

/** Describes the change. */
export function announce(region: string, { taken, touched }: Forgotten): string {
  return [
    `Out of the state, untouched in AWS: ${taken.length} resources of ${region} (${describeTaken(taken)}).`,
    `Left to the next \`up\`, since they live elsewhere: ${touched.length}${
      touched.length === 0 ? "" : ` (${touched.map(nameOf).join(", ")})`
    }.`,
    `If ${region} comes back, what is in it is nobody's: delete it there by hand.`,
  ].join("\n");
}
