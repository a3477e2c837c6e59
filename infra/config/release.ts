import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { readEnvironmentFile } from "./file";
import { ConfigurationError } from "./report";
import type { Environment, Diagnostic } from "./types";

/** An approved release: the tag, and the commit that it currently resolves to. A tag can be moved, a commit cannot. */
export interface Release {
  readonly tag: string;
  readonly commit: string;
}

/**
 * Resolves the release that this run approves; undefined if it approves none.
 *
 * @param clone Folder of the clone whose tags are read.
 * @param environments Folder of the environments' files.
 * @throws ConfigurationError when the tag does not exist, or the required branch does not contain its commit.
 */
export function resolveRelease(
  { name, delivery }: Environment,
  clone: string,
  environments: string,
): Release | undefined {
  const { release: tag, track } = delivery;
  if (tag === undefined || track.kind !== "tags") return undefined;
  const refuse = (diagnostic: Omit<Diagnostic, "path" | "value">): never => {
    const diagnostics = [{ path: "meridian:release", value: tag, ...diagnostic }];
    throw new ConfigurationError(diagnostics, `environments/Pulumi.${name}.yaml`);
  };
  const commit =
    commitOf(clone, `refs/tags/${tag}`) ??
    refuse({
      expected: "a tag of this clone",
      remedy: "Fetch it (git fetch --tags), or make it: npx meridian promote.",
    });
  if (track.after === undefined) return { tag, commit };
  const branch = branchOf(track.after, environments);
  const known = branchCommits(clone, branch);
  if (known.length === 0)
    refuse({
      expected: `a clone that has ${branch}, which ${track.after} follows`,
      remedy: `Fetch it: git fetch origin ${branch}.`,
    });
  if (!known.some((tip) => isAncestor(clone, commit, tip)))
    refuse({
      expected: `a commit of ${branch}: what goes to ${name} is in ${track.after} before`,
      remedy: `Merge ${commit.slice(0, 7)} to ${branch} first; in a shallow clone, git fetch --unshallow.`,
    });
  return { tag, commit };
}

/** The branch that an environment tracks. @throws ConfigurationError when its file is invalid, or it tracks tags. */
export function branchOf(environment: string, environments: string): string {
  const file = path.join(environments, `Pulumi.${environment}.yaml`);
  const { track } = readEnvironmentFile(file, environment).delivery;
  if (track.kind === "branch") return track.branch;
  const expected = "an environment that follows a branch";
  const remedy = "Name another one under meridian:delivery.track.after.";
  throw new ConfigurationError(
    [{ path: "meridian:delivery.track", value: track.tags, expected, remedy }],
    file,
  );
}

/** Commits of the branch in the clone and, as last fetched, on its remote. */
function branchCommits(clone: string, branch: string): string[] {
  const names = [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`, branch];
  return names.map((name) => commitOf(clone, name)).filter((commit) => commit !== undefined);
}

function isAncestor(clone: string, commit: string, of: string): boolean {
  return git(clone, "merge-base", "--is-ancestor", commit, of) !== undefined;
}

function commitOf(clone: string, name: string): string | undefined {
  return git(clone, "rev-parse", "--verify", "--quiet", `${name}^{commit}`);
}

/** Output of a git command; undefined if it fails. */
function git(clone: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", ["-C", clone, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}
