import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../infra/providers/local/instance";
import { at } from "../infra/plan/kubeObject";
import { CommandError } from "../operations/errors";
import { accessFrom, GitHub } from "./github";
import { readParts } from "./part";
import { composeReport, longestComment, marker, type ReportInput } from "./report";
import { runScript } from "./script";

/**
 * Writes the pull request's single comment: an existing one is updated, on whatever page it is.
 * @returns its address.
 */
export async function postComment(
  github: GitHub,
  pullRequest: number,
  body: string,
): Promise<string> {
  const path = `/issues/${pullRequest}/comments`;
  for await (const comment of github.list(`${path}?per_page=100`)) {
    // Only at the start: a reply that quotes the comment has the marker further on.
    if (!String(at(comment, "body")).startsWith(marker)) continue;
    const id = Number(at(comment, "id"));
    return addressOf(await github.ask("PATCH", `/issues/comments/${id}`, { body }));
  }
  return addressOf(await github.ask("POST", path, { body }));
}

const addressOf = (comment: unknown): string => String(at(comment, "html_url"));

/** URL of the run, in a GitHub workflow. */
function runUrlOf(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  if (server === undefined || repository === undefined || run === undefined) return undefined;
  return `${server}/${repository}/actions/runs/${run}`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      parts: { type: "string", default: join(repositoryRoot, ".meridian/.ci/parts") },
      "pull-request": { type: "string", default: "" },
      checks: { type: "string" },
      commit: { type: "string" },
    },
  });
  const { parts, checks, commit, "pull-request": number } = values;
  const runUrl = runUrlOf(process.env);
  const input: ReportInput = {
    parts: readParts(parts),
    ...(checks !== undefined && { checks }),
    ...(commit !== undefined && { commit }),
    ...(runUrl !== undefined && { runUrl }),
  };
  // The summary allows one mebibyte.
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary !== undefined) appendFileSync(summary, composeReport(input, 1_000_000));
  const access = accessFrom(process.env);
  if (access === undefined || number === "") {
    console.log(composeReport(input));
    return 0;
  }
  if (!/^[1-9]\d*$/.test(number))
    throw new CommandError(`--pull-request takes a number, not "${number}".`);
  const body = composeReport(input, longestComment);
  console.log(await postComment(new GitHub(access), Number(number), body));
  return 0;
}

if (require.main === module) void runScript(main);
