import { isRelease } from "../../infra/config/tags";
import type { Environment } from "../../infra/config/types";
import {
  nextPatch,
  releaseBefore,
  type TaggedCommit,
} from "../../infra/components/delivery/releases";
import { CommandError } from "../errors";
import { compare, type Comparison } from "./compare";
import { firstOf, git, isAncestor } from "./git";
import { readFacts } from "./hub";
import { shortSha } from "../format";
import {
  type Known,
  knownReleases,
  type Place,
  planRelease,
  type ReleaseOptions,
  type ReleasePlan,
  type TagsEnvironment,
} from "./releases";
import { branchNames, revisionOf } from "./revisions";

export interface RollbackOptions extends ReleaseOptions {
  /** The release to roll back to. Default: the one before the current. */
  readonly to?: string;
}

/** Plans the release that rolls an environment back to an older one: a new tag, above all others, on the older commit. */
export async function planRollback(
  place: Place,
  environment: TagsEnvironment,
  options: RollbackOptions,
): Promise<ReleasePlan> {
  const { clone } = place;
  const { name, delivery } = environment;
  const known = await knownReleases(place, environment, options);
  const releases = known.releases.filter(hasCommit);
  const newest = known.releases[0];
  const current = await currentRelease(place, environment, releases);
  if (newest === undefined || current === undefined)
    throw new CommandError(`Nothing has been released to ${name}: there is nothing to go back to.`);
  const target =
    options.to === undefined
      ? await before(clone, current, releases)
      : named(options.to, delivery.track.tags, releases);
  const same =
    target.commit === current.commit
      ? [
          `${name} has ${shortSha(target.commit)} already, as ${current.tag}. Name another with --to.`,
        ]
      : [];
  return planRelease(place, environment, known, options, {
    tag: nextPatch(newest.tag),
    why: `${target.tag} again`,
    commit: target.commit,
    from: { kind: "commit", name: current.tag, commit: current.commit },
    commits: [],
    title: `${name} back to ${target.tag}, from ${current.tag}`,
    made: false,
    notes: [
      "The next `promote` takes out again what is rolled back here: revert it on the branch before.",
    ],
    refusals: same,
  });
}

function hasCommit(release: Known["releases"][number]): release is TaggedCommit {
  return release.commit !== undefined;
}

/** If approval is required: the last approved release, if the hub is reachable from here. Otherwise the newest. */
async function currentRelease(
  { instanceOf }: Place,
  { name, delivery }: TagsEnvironment,
  releases: readonly TaggedCommit[],
): Promise<TaggedCommit | undefined> {
  const [newest] = releases;
  if (delivery.track.approval === "none") return newest;
  const facts = await readFacts(instanceOf(name));
  return releases.find(({ tag }) => tag === facts?.release) ?? newest;
}

async function before(
  clone: string,
  current: TaggedCommit,
  releases: readonly TaggedCommit[],
): Promise<TaggedCommit> {
  const ancestors = new Set<string>();
  for (const { commit } of releases)
    if (commit !== current.commit && (await isAncestor(clone, commit, current.commit)))
      ancestors.add(commit);
  const found = releaseBefore(current, releases, (commit) => ancestors.has(commit));
  if (found !== undefined) return found;
  throw new CommandError(
    `No release came before ${current.tag}. Name one with --to, or release a revert: git revert, then promote.`,
  );
}

function named(tag: string, range: string, releases: readonly TaggedCommit[]): TaggedCommit {
  const found = releases.find((one) => one.tag === tag);
  if (found !== undefined) return found;
  const known = releases.slice(0, 10).map((one) => one.tag);
  const why = isRelease(tag, range) ? "there is no such tag here" : `it is not in ${range}`;
  throw new CommandError(`--to ${tag}: ${why}. Releases: ${known.join(", ") || "none"}.`);
}

/** How to roll back an environment that tracks a branch: by revert commits, which the user makes. */
export interface Revert {
  readonly branch: string;
  readonly comparison: Comparison;
  /** The commands to type, one per line. */
  readonly commands: readonly string[];
}

/** @param to The commit to restore; default: the one before the branch's last. */
export async function planRevert(
  { clone, signal }: Place,
  environment: Environment,
  to: string | undefined,
): Promise<Revert> {
  const { track, repository } = environment.delivery;
  if (track.kind !== "branch") throw new Error(`${environment.name} follows tags`);
  const tip = await firstOf(clone, branchNames(track.branch, repository));
  if (tip === undefined)
    throw new CommandError(
      `This clone has no ${track.branch}. \`git fetch origin ${track.branch}\` gets it.`,
    );
  const target = await revisionOf(clone, to ?? `${tip.commit}~1`);
  if (target.kind !== "commit" || !(await isAncestor(clone, target.commit, tip.commit)))
    throw new CommandError(`--to ${to}: expected a commit that ${track.branch} has had.`);
  const since = { kind: "commit", ...tip } as const;
  return {
    branch: track.branch,
    comparison: await compare(
      clone,
      environment,
      since,
      { ...target, name: to ?? target.commit },
      signal,
    ),
    commands: [
      ...(track.branch === "HEAD" ? [] : [`git switch ${track.branch}`]),
      ...(await revertCommands(clone, target.commit, tip.commit)),
      ...(repository === "." ? [] : ["git push"]),
    ],
  };
}

/** Newest first; a merge is reverted as a whole, relative to its first parent. */
async function revertCommands(clone: string, from: string, to: string): Promise<string[]> {
  const args = ["log", "--first-parent", "--format=%h %p", `${from}..${to}`];
  const lines = (await git(clone, args)).split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [hash, ...parents] = line.split(" ");
    return `git revert --no-edit ${parents.length > 1 ? "-m 1 " : ""}${hash}`;
  });
}
