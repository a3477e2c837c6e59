import type { AwsEnvironment } from "../../infra/config/types";
import { checkAppName } from "../../infra/plan/apps";
import { flagsComeFrom } from "../../infra/components/rollouts/sources";
import { checkApps } from "../../operations/apps";
import { flagDiagnostics } from "../../operations/flags/problems";
import type { ToolName } from "../../toolchain";
import { diagnosticsError } from "../../operations/errors";
import { Stage } from "../progress";

/**
 * The names of apps become names of images, DNS records and namespaces.
 * @throws CommandError with every invalid app name.
 */
export function checkNames(apps: readonly string[]): void {
  const diagnostics = apps.flatMap(checkAppName);
  if (diagnostics.length > 0) throw diagnosticsError(diagnostics, "apps");
}

/** Tools that `checkFlags` needs. None if the flags are in LaunchDarkly. */
export function flagTools(environment: AwsEnvironment): readonly ToolName[] {
  return flagsComeFrom(environment) === "file" ? ["kustomize"] : [];
}

/**
 * Flags in LaunchDarkly cannot be checked here. A flag file is deployed by the run: with a mistake in it, every gate would hold
 * its last state. Other mistakes of apps are not reported here: git delivers the apps, perhaps from another commit.
 *
 * @param environments folder of the environments' files.
 * @param apps folder of the apps, which this clone has beside the file.
 * @throws CommandError with every mistake in the file, and every flag that an app uses and the file lacks.
 */
export async function checkFlags(
  environment: AwsEnvironment,
  environments: string,
  apps: string,
): Promise<void> {
  if (flagsComeFrom(environment) !== "file") return;
  const stage = new Stage("Flags");
  const checked = await checkApps(apps, environment.delivery.overlays);
  const diagnostics = await flagDiagnostics(environments, environment.name, checked.apps);
  if (diagnostics.length > 0) {
    stage.fail(`${diagnostics.length} ${diagnostics.length === 1 ? "mistake" : "mistakes"}`);
    throw diagnosticsError(diagnostics, "environments");
  }
  stage.done("valid");
}
