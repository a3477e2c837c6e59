import * as fs from "node:fs";
import * as path from "node:path";
import type { TestPlatform } from "./platform";

/**
 * Notes the apps and the configuration of a prepared platform.
 * @returns a function that takes both back to that state, by a commit and an `up`, and waits until each region has its share.
 */
export function restorer(platform: TestPlatform): () => Promise<void> {
  const { environments } = platform;
  const commit = platform.git("rev-parse", "HEAD");
  const files = fs
    .readdirSync(environments)
    .map((name) => path.join(environments, name))
    .map((file) => [file, fs.readFileSync(file)] as const);
  return async () => {
    platform.git("reset", "-q", "--hard");
    platform.git("clean", "-qfd", "apps");
    platform.git("rm", "-rqf", "apps");
    platform.git("checkout", "-q", commit, "--", "apps");
    platform.git("commit", "-qm", "test: the apps as they were", "--allow-empty");
    for (const [file, content] of files) fs.writeFileSync(file, content);
    await platform.must("up", platform.environment);
    await platform.share();
  };
}
