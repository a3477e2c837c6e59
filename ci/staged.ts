import { readEnvironmentFile } from "../infra/config";
import type { Environment } from "../infra/config/types";
import { configFile } from "../operations/environmentFiles";
import { CommandError } from "../operations/errors";
import { accessFrom, GitHub } from "./github";
import { runScript } from "./script";

interface Runs {
  readonly workflow_runs: readonly {
    readonly status: string;
    readonly conclusion: string | null;
  }[];
}

/**
 * Rejects a commit that the preceding environment's workflow has not successfully brought up. Its presence on the right branch
 * proves only that it was merged.
 * @returns the preceding environment; undefined if the track requires none.
 * @throws CommandError with the remedy.
 */
export async function checkStaged(
  { name, delivery }: Environment,
  commit: string,
  github: GitHub,
): Promise<string | undefined> {
  const { track } = delivery;
  if (track.kind !== "tags" || track.after === undefined) return undefined;
  const { after } = track;
  const path = `/actions/workflows/${after}.yml/runs?head_sha=${commit}&per_page=100`;
  const { workflow_runs: runs } = (await github.ask("GET", path)) as Runs;
  if (runs.some(({ conclusion }) => conclusion === "success")) return after;
  const what = `${commit.slice(0, 7)} is not released to ${name}:`;
  if (runs.some(({ status }) => status !== "completed"))
    throw new CommandError(`${what} ${after}'s run is not over. Run this job again when it is.`);
  const why = runs.length === 0 ? "has no run of it" : "has no run of it that succeeded";
  throw new CommandError(
    `${what} ${after} ${why}. Run the workflow ${after}.yml again for it, or tag a commit that has been there.`,
  );
}

async function main(): Promise<number> {
  const [environment, commit] = process.argv.slice(2);
  if (environment === undefined || commit === undefined)
    throw new CommandError("Usage: npm run ci:staged -- <environment> <commit>");
  const access = accessFrom(process.env);
  if (access === undefined)
    throw new CommandError("GITHUB_TOKEN is not set: who ran what is asked of GitHub.");
  const configuration = readEnvironmentFile(configFile(environment), environment);
  const after = await checkStaged(configuration, commit, new GitHub(access));
  console.log(
    after === undefined
      ? `${environment} comes after no other environment.`
      : `${commit.slice(0, 7)} has been brought up in ${after}.`,
  );
  return 0;
}

if (require.main === module) void runScript(main);
