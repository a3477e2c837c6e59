import * as os from "node:os";
import * as pulumi from "@pulumi/pulumi";
import {
  appNames,
  environmentsFolder,
  flagFileOf,
  readEnvironment,
  readFlagFile,
  readImages,
  resolveRelease,
} from "./config";
import { instanceOf, repositoryRoot } from "./providers/local/instance";
import { planPlatform } from "./plan";
import { flagSourceOf } from "./components/rollouts/sources";
import type { PlatformPlan } from "./plan/types";
import type { Foundation } from "./resources/foundation";
import { Platform } from "./resources/platform";

/**
 * The whole program: configuration, plan, resources, outputs. A diagnostic of the configuration is reported before any resource is
 * registered.
 */
async function program(): Promise<Record<string, pulumi.Input<unknown>>> {
  const environment = readEnvironment(pulumi.getStack());
  const release = resolveRelease(environment, repositoryRoot, environmentsFolder(repositoryRoot));
  const plan = planPlatform(environment, appNames(repositoryRoot, environment.delivery.overlays));
  for (const warning of plan.warnings) await pulumi.log.warn(warning);
  const foundation = await createFoundation(plan);
  const { delivery } = new Platform("platform", { plan, foundation, release });
  return {
    ...foundation.outputs,
    hub: foundation.hub.server,
    federation: foundation.federation.server,
    regions: Object.fromEntries(foundation.regions.map(({ name, server }) => [name, server])),
    repository: foundation.repository,
    revision: delivery.revision,
  };
}

/** Loads only the environment's provider: loading the SDKs of the others takes a second. */
async function createFoundation(plan: PlatformPlan): Promise<Foundation> {
  const { name, provider } = plan.environment;
  if (provider === "aws") {
    const { createAwsFoundation } =
      require("./providers/aws/resources") as typeof import("./providers/aws/resources");
    const folder = environmentsFolder(repositoryRoot);
    const images = readImages(folder);
    return createAwsFoundation(plan, { images, flagFile: readFlagFile(flagFileOf(folder, name)) });
  }
  const { createLocalFoundation } =
    require("./providers/local/resources/foundation") as typeof import("./providers/local/resources/foundation");
  const file = flagFileOf(environmentsFolder(repositoryRoot), name);
  const flags = flagSourceOf(plan.environment, file, os.homedir());
  return createLocalFoundation(plan, instanceOf(name, process.env["MERIDIAN_HOME"]), flags);
}

// The module exports the function itself, which `pulumi up` calls. With named exports Pulumi would treat them as the stack's
// outputs, find no resources and delete all existing ones.
export = program;
