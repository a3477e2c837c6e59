import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Command, CommanderError } from "commander";
import { repositoryRoot } from "../infra/providers/local/instance";
import { shortSha } from "../operations/format";

/** Adds `--version`, before a command's name only: `promote` has an option of that name. */
export function defineVersion(program: Command): void {
  program
    .enablePositionalOptions()
    .option("-V, --version", "print the version, and the commit of this clone")
    .on("option:version", () => {
      console.log(versionText(repositoryRoot));
      throw new CommanderError(0, "meridian.version", "");
    });
}

/** The version in package.json and, if the folder is a git clone, its commit: "0.1.0 (404cf88)". */
export function versionText(folder: string): string {
  const text = fs.readFileSync(path.join(folder, "package.json"), "utf8");
  const { version } = JSON.parse(text) as { readonly version: string };
  const commit = commitOf(folder);
  return commit === undefined ? version : `${version} (${shortSha(commit)})`;
}

/** The commit of a clone; undefined if the folder is none, has no commit yet, or git is missing. */
function commitOf(folder: string): string | undefined {
  // A folder inside another clone has no `.git` of its own: that clone's commit says nothing about it.
  const gitDir = path.join(folder, ".git");
  if (!fs.existsSync(gitDir)) return undefined;
  const args = [`--git-dir=${gitDir}`, "rev-parse", "--verify", "--quiet", "HEAD"];
  try {
    return execFileSync("git", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}
