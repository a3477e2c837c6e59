import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { formatDiagnostics, readImages } from "../infra/config";
import { repositoryRoot } from "../infra/providers/local/instance";
import { checkDockerfile } from "./dockerfile";
import { imageNames, readDockerfiles } from "./images";
import { runScript } from "./script";

/**
 * `npm run check:images [-- --pinned]`. With `--pinned`, as before an image build, a base image without a digest is an error;
 * otherwise it is only reported.
 * @throws ConfigurationError if the pinned digests have mistakes.
 */
function main(): number {
  readImages(join(repositoryRoot, "environments"));
  const names = imageNames(repositoryRoot);
  const output = process.env["GITHUB_OUTPUT"];
  if (output !== undefined) appendFileSync(output, `images=${JSON.stringify(names)}\n`);
  const reports = readDockerfiles(repositoryRoot).map(checkDockerfile);
  const unpinned = reports.flatMap((report) => report.unpinned);
  const diagnostics = reports.flatMap((report) => report.diagnostics);
  if (process.argv.includes("--pinned")) diagnostics.push(...unpinned);
  else
    for (const { path, value } of unpinned)
      console.log(`! ${path}: ${value} has no digest yet: no image is built from it until it has.`);
  if (diagnostics.length > 0) {
    console.error(formatDiagnostics(diagnostics, "services"));
    return 1;
  }
  const count = `${names.length} ${names.length === 1 ? "Dockerfile" : "Dockerfiles"}`;
  console.log(names.length === 0 ? "There is no Dockerfile." : `${count} valid.`);
  return 0;
}

if (require.main === module) void runScript(main);
