import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  appFolders,
  environmentNames,
  environmentsFolder,
  formatDiagnostics,
} from "../infra/config";
import type { Diagnostic } from "../infra/config/types";
import { repositoryRoot } from "../infra/providers/local/instance";
import { overlayPath } from "../infra/plan/apps";
import { checkApps, type RenderedApp } from "../operations/apps";
import { conform, type Rendered } from "../operations/apps/conform";
import { described, readDescriptions } from "../operations/apps/descriptions";
import { kustomizeBuild } from "../operations/apps/kustomize";
import { namesLaunchDarkly } from "../operations/flags/configured";
import { flagDiagnostics } from "../operations/flags/problems";
import { toolPath } from "../toolchain";
import { haveTools, runScript } from "./script";

/** The number of checked folders and objects, and every mistake. */
export interface AppsReport {
  readonly folders: number;
  readonly objects: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Renders every overlay of every app, and the objects from which Argo CD itself starts, and checks all of them: the platform's
 * own rules, the flags in files that apps use, then every field against the schemas of the pinned versions.
 *
 * @param repository folder that has `apps` and `environments`.
 * @throws ToolchainError if a tool is not in the cache.
 */
export async function checkAllApps(repository: string): Promise<AppsReport> {
  const appsDir = join(repository, "apps");
  const environments = environmentNames(environmentsFolder(repository));
  const diagnostics = strayOverlays(appsDir, environments);
  const rendered: Rendered[] = [];
  for (const environment of environments) {
    const checked = await checkApps(appsDir, environment);
    diagnostics.push(...checked.diagnostics);
    diagnostics.push(...(await flagFileDiagnostics(repository, environment, checked.apps)));
    for (const { name, objects } of checked.apps)
      rendered.push({ path: overlayPath(name, environment), objects });
  }
  const bootstrap = "apps/bootstrap";
  const build = await kustomizeBuild(toolPath("kustomize"), join(repository, bootstrap), appsDir);
  if (build.ok) rendered.push({ path: bootstrap, objects: build.objects });
  else diagnostics.push(brokenBuild(bootstrap, build.message));
  diagnostics.push(...conform(rendered, readDescriptions()));
  const objects = rendered.reduce((sum, one) => sum + one.objects.length, 0);
  return { folders: rendered.length, objects, diagnostics };
}

/** Flags in LaunchDarkly cannot be checked here. No gate then reads a flag file, even if one exists. */
async function flagFileDiagnostics(
  repository: string,
  environment: string,
  apps: readonly RenderedApp[],
): Promise<Diagnostic[]> {
  const folder = join(repository, "environments");
  if (namesLaunchDarkly(join(folder, `Pulumi.${environment}.yaml`))) return [];
  return flagDiagnostics(folder, environment, apps);
}

/** Overlays that no environment uses: usually a mistyped name. */
function strayOverlays(appsDir: string, environments: readonly string[]): Diagnostic[] {
  return appFolders(appsDir).flatMap((app) => {
    const overlays = join(appsDir, app, "overlays");
    const names = existsSync(overlays) ? readdirSync(overlays).sort() : [];
    return names
      .filter((name) => !environments.includes(name))
      .map((name) => ({
        path: overlayPath(app, name),
        value: name,
        expected: `one of ${environments.join(", ")}`,
        remedy: "rename the folder, or add environments/Pulumi.<environment>.yaml",
      }));
  });
}

function brokenBuild(path: string, message: string): Diagnostic {
  const remedy = `fix the error it reports; \`kustomize build ${path}\` prints the full output`;
  return { path, value: message, expected: "a kustomization that builds", remedy };
}

async function main(): Promise<number> {
  await haveTools(["kustomize", ...described]);
  const { folders, objects, diagnostics } = await checkAllApps(repositoryRoot);
  if (diagnostics.length > 0) {
    console.error(formatDiagnostics(diagnostics, "apps"));
    return 1;
  }
  console.log(`${objects} objects of ${folders} folders are valid.`);
  return 0;
}

if (require.main === module) void runScript(main);
