import * as pulumi from "@pulumi/pulumi";
import { appNames, readEnvironment } from "./config";
import { instanceOf, repositoryRoot } from "./local/instance";
import { planPlatform } from "./plan";
import { Platform } from "./resources/platform";

/**
 * The whole program: configuration, plan, resources, outputs. A mistake in the configuration is
 * reported before anything is registered.
 */
async function program(): Promise<Record<string, pulumi.Input<unknown>>> {
  const environment = readEnvironment(pulumi.getStack());
  const plan = planPlatform(environment, appNames(repositoryRoot, environment.name));
  for (const warning of plan.warnings) await pulumi.log.warn(warning);
  const home = process.env["MERIDIAN_HOME"];
  const { layLocalFoundation } =
    require("./resources/local/foundation") as typeof import("./resources/local/foundation");
  const foundation = await layLocalFoundation(plan, instanceOf(environment.name, home));
  new Platform("platform", { plan, foundation });
  return {
    hub: foundation.hub.server,
    federation: foundation.federation.server,
    regions: Object.fromEntries(foundation.regions.map(({ name, server }) => [name, server])),
    repository: foundation.repository,
  };
}

// The module is the function itself: that is what `pulumi up` calls. With named exports Pulumi would take
// them for the stack's outputs, find no resources and delete all that there are.
export = program;
