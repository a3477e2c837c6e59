import { readEnvironmentFile } from "../infra/config";
import { isRelease, versionOfTag } from "../infra/config/tags";
import type { Environment } from "../infra/config/types";
import { configFile } from "../operations/environmentFiles";
import { CommandError } from "../operations/errors";
import { runScript } from "./script";

/**
 * Rejects a tag that can never be released to an environment, before anyone has to approve it.
 * @throws CommandError with a message for the author of the tag.
 */
export function checkTag({ name, delivery }: Environment, tag: string): void {
  const { track } = delivery;
  const refuse = (why: string) => {
    throw new CommandError(`${tag} is not released to ${name}: ${why} Nothing was changed.`);
  };
  if (track.kind !== "tags") return refuse(`it follows the branch ${track.branch}.`);
  const version = versionOfTag(tag);
  if (version === undefined)
    return refuse("a release's tag is v and a semantic version, e.g. v1.2.3.");
  if (version.includes("-")) return refuse("a pre-release goes nowhere by itself.");
  if (!isRelease(tag, track.tags)) refuse(`its track has the range ${track.tags}.`);
}

function main(): number {
  const [environment, tag] = process.argv.slice(2);
  if (environment === undefined || tag === undefined)
    throw new CommandError("Usage: npm run ci:tag -- <environment> <tag>");
  checkTag(readEnvironmentFile(configFile(environment), environment), tag);
  console.log(`${tag} is a release for ${environment}.`);
  return 0;
}

if (require.main === module) void runScript(main);
