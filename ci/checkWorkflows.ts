import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { formatDiagnostics } from "../infra/config";
import { repositoryRoot } from "../infra/providers/local/instance";
import { runCommand, toolPath } from "../toolchain";
import { checkCircleCi, circleCiFile } from "./circleci";
import { haveTools, runScript } from "./script";

/** The folder in which GitHub expects workflows. */
const workflows = ".github/workflows";

/**
 * The mistakes in the pipelines, each text being the report of one checker.
 *
 * @param repository folder that has `.github` and `.circleci`.
 * @throws ToolchainError if a tool is not in the cache.
 */
export async function checkPipelines(repository: string): Promise<string[]> {
  const diagnostics = checkCircleCi(repository);
  return [
    ...(await checkWithActionlint(repository)),
    ...(await checkWithZizmor(repository)),
    ...(diagnostics.length > 0 ? [formatDiagnostics(diagnostics, circleCiFile)] : []),
  ];
}

/** Relative paths of the workflows; a repository without any is an error that actionlint would not report. */
export function workflowFiles(repository: string): string[] {
  const folder = join(repository, workflows);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  if (files.length === 0) throw new Error(`${workflows} has no workflow`);
  return files.map((file) => `${workflows}/${file}`);
}

async function checkWithActionlint(repository: string): Promise<string[]> {
  // Only some machines have shellcheck and pyflakes; the result must not depend on them.
  const args = ["-no-color", "-shellcheck=", "-pyflakes=", ...workflowFiles(repository)];
  return findings("actionlint", args, repository);
}

async function checkWithZizmor(repository: string): Promise<string[]> {
  const quiet = ["--offline", "--no-progress", "--color=never"];
  const strict = ["--persona=pedantic", "--strict-collection", "--collect=all"];
  return findings("zizmor", [...quiet, ...strict, ".github"], repository);
}

async function findings(
  tool: "actionlint" | "zizmor",
  args: readonly string[],
  cwd: string,
): Promise<string[]> {
  const result = await runCommand(toolPath(tool), args, { cwd, env: process.env });
  if (!result.failed) return [];
  const text = [result.stdout, result.stderr].join("\n").trim() || result.summary;
  return [`${tool} finds:\n\n${text}`];
}

async function main(): Promise<number> {
  await haveTools(["actionlint", "zizmor", "circleci-schema"]);
  const reports = await checkPipelines(repositoryRoot);
  reports.forEach((report) => console.error(`${report}\n`));
  if (reports.length > 0) return 1;
  const count = workflowFiles(repositoryRoot).length;
  console.log(`${count} workflows and ${circleCiFile} are valid.`);
  return 0;
}

if (require.main === module) void runScript(main);
