import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Names of the apps that a clone delivers to an environment: the folders `apps/<app>/overlays/<environment>`.
 * Argo CD finds apps in the same way.
 */
export function appNames(repository: string, environment: string): string[] {
  const apps = path.join(repository, "apps");
  if (!fs.existsSync(apps)) return [];
  return fs
    .readdirSync(apps, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("_"))
    .map(({ name }) => name)
    .filter((name) => fs.existsSync(path.join(apps, name, "overlays", environment)))
    .sort();
}
