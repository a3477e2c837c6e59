import { existsSync } from "node:fs";
import path from "node:path";

/**
 * The clone that this code was loaded from. It is searched upwards, because the compiled command line is in another folder than
 * its sources. A service in an image has no clone: the root of its file system.
 */
export const repositoryRoot = above(__dirname);

function above(folder: string): string {
  const parent = path.dirname(folder);
  return parent === folder || existsSync(path.join(folder, "Pulumi.yaml")) ? folder : above(parent);
}
