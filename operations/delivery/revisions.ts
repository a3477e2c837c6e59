import type { Environment, TagsTrack } from "../../infra/config/types";
import type { Instance } from "../../infra/providers/local/instance";
import { newestRelease } from "../../infra/components/delivery/releases";
import { CommandError } from "../errors";
import { commitOf, firstOf, tagsOf } from "./git";
import { readApplications, readFacts } from "./hub";
import { shortSha } from "../format";

/** One side of a comparison: a commit, the work tree, or nothing. */
export type Revision =
  | { readonly kind: "commit"; readonly name: string; readonly commit: string }
  | { readonly kind: "work tree" }
  | { readonly kind: "nothing" };

/** "v1.2.2 (abc1234)". */
export function revisionText(revision: Revision): string {
  switch (revision.kind) {
    case "nothing":
      return "nothing";
    case "work tree":
      return "the work tree";
    case "commit": {
      const { name, commit } = revision;
      if (commit.startsWith(name)) return shortSha(commit);
      return `${name.replace(/^refs\/(heads|tags|remotes)\//, "")} (${shortSha(commit)})`;
    }
  }
}

/**
 * Resolves a revision from the command line.
 * @param name a git revision; "." is the work tree with its uncommitted changes.
 * @throws CommandError if it does not exist here.
 */
export async function revisionOf(clone: string, name: string): Promise<Revision> {
  if (name === ".") return { kind: "work tree" };
  const commit = await commitOf(clone, name);
  if (commit !== undefined) return { kind: "commit", name, commit };
  throw new CommandError(
    `There is no commit ${name} in this clone. \`git fetch --tags origin\` gets what is new; in a shallow clone, ` +
      "`git fetch --unshallow`.",
  );
}

/** The revision that an environment delivers, and how it was determined. */
export interface Delivered {
  readonly revision: Revision;
  /** How it was determined; follows the revision's name. */
  readonly how: string;
}

/**
 * The revision that an environment delivers now: read from its hub if that is on this machine, otherwise derived from its track
 * and the tags and branches of this clone.
 */
export async function delivered(
  clone: string,
  environment: Environment,
  instance: Instance,
): Promise<Delivered> {
  const { name, delivery } = environment;
  const synced = await syncedCommit(instance);
  if (synced !== undefined) {
    const commit = await commitOf(clone, synced);
    if (commit === undefined)
      throw new CommandError(
        `${name} delivers ${shortSha(synced)}, which this clone has not. Fetch it, or name another with --from.`,
      );
    return {
      revision: { kind: "commit", name: commit, commit },
      how: `at which ${name}'s apps are`,
    };
  }
  const { track } = delivery;
  if (track.kind === "tags") return newestOf(clone, name, track);
  const found = await firstOf(clone, branchNames(track.branch, delivery.repository));
  if (found === undefined)
    throw new CommandError(
      `${name} follows ${track.branch}, which this clone has not. \`git fetch origin ${track.branch}\` gets it, ` +
        "or name another with --from.",
    );
  const fetched = found.name.startsWith("refs/remotes/") ? ", as last fetched" : "";
  return { revision: { kind: "commit", ...found }, how: `which ${name} follows${fetched}` };
}

async function newestOf(clone: string, name: string, { tags }: TagsTrack): Promise<Delivered> {
  const tag = newestRelease(await tagsOf(clone), tags);
  const commit = tag && (await commitOf(clone, `refs/tags/${tag}`));
  if (tag === undefined || commit === undefined)
    return { revision: { kind: "nothing" }, how: `since nothing is released to ${name} yet` };
  return { revision: { kind: "commit", name: tag, commit }, how: `the newest release of ${name}` };
}

/**
 * Refs to which a branch may resolve here: if the repository is this clone, its own branch comes first, otherwise the fetched
 * one.
 */
export function branchNames(branch: string, repository: string): string[] {
  if (branch === "HEAD") return [branch];
  const own = [`refs/heads/${branch}`, branch];
  return repository === "." ? own : [`refs/remotes/origin/${branch}`, ...own];
}

/** The commit of most apps; undefined: unknown here. */
async function syncedCommit(instance: Instance): Promise<string | undefined> {
  const [facts, applications] = await Promise.all([
    readFacts(instance),
    readApplications(instance),
  ]);
  if (facts === undefined) return undefined;
  const revisions = (applications ?? []).flatMap(({ status }) => status?.sync?.revision ?? []);
  const count = (revision: string) => revisions.filter((one) => one === revision).length;
  return [...new Set(revisions)].sort((one, other) => count(other) - count(one))[0];
}
