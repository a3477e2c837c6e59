import { flagFileOf } from "../../infra/config";
import type { Diagnostic } from "../../infra/config/types";
import type { RenderedApp } from "../../infra/plan/apps";
import { isGateFlag } from "../../infra/components/rollouts/flags";
import { flagAnnotation, flagOf } from "../../infra/components/rollouts/object";
import { readFlagFile } from "./file";

/**
 * Every mistake in an environment's flag file, and every flag that an app uses and the file lacks. If no Rollout uses a flag, a
 * missing file is no mistake. Not for environments whose flags are in LaunchDarkly: their gates do not read the file.
 *
 * @param environments folder of the environments' files.
 * @param apps as the environment's overlays render them.
 */
export async function flagDiagnostics(
  environments: string,
  environment: string,
  apps: readonly RenderedApp[],
): Promise<Diagnostic[]> {
  const wanted = apps.flatMap((app) => flagsOf(app).map((flag) => ({ app: app.name, flag })));
  const file = flagFileOf(environments, environment);
  const name = `environments/flags.${environment}.json`;
  const read = await readFlagFile(file);
  if (!read.ok) {
    if (read.missing && wanted.length === 0) return [];
    return read.diagnostics.map((diagnostic) => ({
      ...diagnostic,
      path: `${name}: ${diagnostic.path}`,
    }));
  }
  const { flags } = read.file;
  return wanted.flatMap(({ app, flag }) => {
    const known = Object.hasOwn(flags, flag) ? flags[flag] : undefined;
    if (known !== undefined && isGateFlag(known)) return [];
    const part = known === undefined ? "" : ".variations";
    return [
      {
        path: `${name}: flags.${flag}${part}`,
        value: known === undefined ? "(missing)" : JSON.stringify(known.variations),
        expected:
          known === undefined
            ? `a flag for the app ${app}: its Rollout's annotation ${flagAnnotation}, by default its name`
            : "[true, false]: it gates the app " + app,
        remedy:
          known === undefined
            ? `\`npx meridian flag create ${flag} -e ${environment}\`, or correct the annotation.`
            : "Make it a flag of true and false, or name another in the annotation.",
      },
    ];
  });
}

/** Flags that an app's Rollouts use, each once. An app that is a Deployment is not gated. */
function flagsOf({ objects }: RenderedApp): string[] {
  return [...new Set(objects.filter(({ kind }) => kind === "Rollout").map(flagOf))];
}
