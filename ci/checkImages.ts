import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { formatDiagnostics, readImages } from "../infra/config";
import { repositoryRoot } from "../infra/providers/local/instance";
import { runCommand, toolPath } from "../toolchain";
import { unpinnedBases, userDiagnostics } from "./dockerfile";
import { imageNames, readDockerfiles } from "./images";
import { haveTools, runScript } from "./script";

/**
 * The findings of hadolint, as it prints them; undefined: none.
 * @param files paths of Dockerfiles, relative to the folder.
 * @throws ToolchainError if hadolint is not in the cache.
 */
export async function lintDockerfiles(
  files: readonly string[],
  folder: string,
): Promise<string | undefined> {
  // DL3029: stages that build run on the builder's own architecture, so each names a platform.
  const args = ["--no-color", "--ignore", "DL3029", ...files];
  const result = await runCommand(toolPath("hadolint"), args, { cwd: folder, env: process.env });
  if (!result.failed) return undefined;
  return [result.stdout, result.stderr].join("\n").trim() || result.summary;
}

/**
 * `npm run check:images [-- --pinned]`. With `--pinned`, as before an image build, a base image without a digest is an error;
 * otherwise it is only reported.
 * @throws ConfigurationError if the pinned digests have mistakes.
 */
async function main(): Promise<number> {
  readImages(join(repositoryRoot, "environments"));
  const names = imageNames(repositoryRoot);
  const output = process.env["GITHUB_OUTPUT"];
  if (output !== undefined) appendFileSync(output, `images=${JSON.stringify(names)}\n`);
  if (names.length === 0) {
    console.log("There is no Dockerfile.");
    return 0;
  }
  const files = readDockerfiles(repositoryRoot);
  const unpinned = files.flatMap(unpinnedBases);
  const diagnostics = files.flatMap(userDiagnostics);
  if (process.argv.includes("--pinned")) diagnostics.push(...unpinned);
  else
    for (const { path, value } of unpinned)
      console.log(`! ${path}: ${value} has no digest yet: no image is built from it until it has.`);
  await haveTools(["hadolint"]);
  const paths = files.map(({ path }) => path);
  const found = await lintDockerfiles(paths, repositoryRoot);
  if (found !== undefined) console.error(`hadolint reports:\n\n${found}`);
  if (diagnostics.length > 0) console.error(formatDiagnostics(diagnostics, "services"));
  if (found !== undefined || diagnostics.length > 0) return 1;
  console.log(`${names.length} ${names.length === 1 ? "Dockerfile" : "Dockerfiles"} valid.`);
  return 0;
}

if (require.main === module) void runScript(main);
