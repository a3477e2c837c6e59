import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import {
  checkApp,
  checkAppName,
  overlayPath,
  renderedApp,
  type RenderedApp,
} from "../../infra/plan/apps";
import { appFolders } from "../../infra/config";
import type { Diagnostic } from "../../infra/config/types";
import { toolPath } from "../../toolchain";
import { kustomizeBuild, type Build } from "./kustomize";
import { inParallel } from "./parallel";

export type { RenderedApp } from "../../infra/plan/apps";

/** Result of checking the folder of apps. Usable if there are no diagnostics. */
export interface CheckedApps {
  /** Sorted by name; an app that does not build is missing. */
  readonly apps: readonly RenderedApp[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Renders and checks every app of an environment, so that mistakes are reported before anything is delivered.
 *
 * @param appsDir the folder `apps` of the repository.
 * @param environment the overlays to render, e.g. "local".
 * @throws ToolchainError if kustomize is not in the tool cache.
 */
export async function checkApps(appsDir: string, environment: string): Promise<CheckedApps> {
  const root = await realpath(appsDir);
  const kustomize = toolPath("kustomize");
  const render = (folder: string) => kustomizeBuild(kustomize, folder, root);
  const names = appFolders(root);
  const checked = await inParallel(names, (name) => checkOne(root, name, environment, render));
  return {
    apps: checked.flatMap(({ app }) => app ?? []),
    diagnostics: checked.flatMap(({ diagnostics }) => diagnostics),
  };
}

interface CheckedApp {
  readonly app?: RenderedApp;
  readonly diagnostics: readonly Diagnostic[];
}

async function checkOne(
  root: string,
  name: string,
  environment: string,
  render: (folder: string) => Promise<Build>,
): Promise<CheckedApp> {
  const path = overlayPath(name, environment);
  const nameDiagnostics = checkAppName(name);
  const overlays = await folders(join(root, name, "overlays"));
  if (!overlays.includes(environment)) {
    const value = overlays.length === 0 ? "(missing)" : `only ${overlays.join(", ")}`;
    const remedy = "add the folder with a kustomization.yaml, e.g. copied from another environment";
    const expected = "an overlay for the environment";
    return { diagnostics: [...nameDiagnostics, { path, value, expected, remedy }] };
  }
  const build = await render(join(root, name, "overlays", environment));
  if (!build.ok) {
    const remedy = `fix the error it reports; \`kustomize build ${path}\` prints the full output`;
    const expected = "a kustomization that builds";
    return { diagnostics: [...nameDiagnostics, { path, value: build.message, expected, remedy }] };
  }
  const diagnostics = [...nameDiagnostics, ...checkApp(name, environment, build.objects)];
  return { app: renderedApp(name, build.objects), diagnostics };
}

/** Names of the subfolders, sorted; empty if the folder does not exist. */
async function folders(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
