import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Names of the apps in a folder of apps, sorted: all subfolders except `bootstrap`, which starts Argo CD itself, and shared
 * folders, whose names begin with an underscore or a dot. Empty if the folder does not exist.
 */
export function appFolders(appsDir: string): string[] {
  if (!fs.existsSync(appsDir)) return [];
  return fs
    .readdirSync(appsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => name !== "bootstrap" && !/^[_.]/.test(name))
    .sort();
}

/**
 * Names of the apps that a clone delivers to an environment: the folders `apps/<app>/overlays/<environment>`. Argo CD discovers
 * apps by the same pattern.
 */
export function appNames(repository: string, environment: string): string[] {
  const apps = path.join(repository, "apps");
  return appFolders(apps).filter((name) =>
    fs.existsSync(path.join(apps, name, "overlays", environment)),
  );
}
