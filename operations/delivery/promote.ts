import { branchOf, readEnvironmentFile } from "../../infra/config";
import type { Environment } from "../../infra/config/types";
import { nextRelease } from "../../infra/components/delivery/releases";
import * as path from "node:path";
import { CommandError } from "../errors";
import { commitOf, commitsBetween, firstOf, isAncestor } from "./git";
import { shortSha } from "../format";
import { proofOf } from "./proof";
import {
  type Known,
  knownReleases,
  type Place,
  planRelease,
  type ReleaseOptions,
  type ReleasePlan,
  type TagsEnvironment,
} from "./releases";
import { branchNames, type Revision, revisionOf } from "./revisions";

export interface PromoteOptions extends ReleaseOptions {
  /** The tag, instead of the one derived from the commits. */
  readonly version?: string;
  /** The commit to release. Default: the tip of the branch. */
  readonly commit?: string;
  /** Releases a commit that is not proven in the preceding environment. */
  readonly unproven: boolean;
}

/** Plans the release that brings an environment to the tip of the preceding environment's branch, or to the chosen commit. */
export async function planPromotion(
  place: Place,
  environment: TagsEnvironment,
  options: PromoteOptions,
): Promise<ReleasePlan> {
  const { clone } = place;
  const known = await knownReleases(place, environment, options);
  const source = await sourceOf(place, environment);
  const commit =
    options.commit === undefined ? source.tip : await namedCommit(clone, options.commit);
  const unpushed = unpushedAt(known, commit, options.version);
  const newest = known.releases.find(({ tag }) => tag !== unpushed);
  const commits = await commitsBetween(clone, newest?.commit, commit);
  const proposed = nextRelease(
    newest?.tag,
    environment.delivery.track.tags,
    commits.map(({ message }) => message),
  );
  const tag = unpushed ?? options.version ?? proposed.tag;
  const why = options.version === undefined ? proposed.why : "as said";
  const proof = await describeProof(place, source.earlier, commit, options.unproven);
  return planRelease(place, environment, known, options, {
    ...{ tag, why, commit, commits, made: unpushed !== undefined },
    from: revisionOfRelease(newest),
    title: `to ${environment.name}${newest === undefined ? "" : `, since ${newest.tag}`}`,
    notes: [
      ...(unpushed === undefined ? [] : [`${unpushed} is here and not at origin: it is pushed.`]),
      ...(await lossNotes(clone, known, newest, commit)),
      ...proof.notes,
    ],
    refusals: [
      ...(commits.length === 0 && newest?.commit !== undefined
        ? [`Nothing new: ${environment.name} has ${shortSha(commit)} as ${newest.tag}.`]
        : []),
      ...((await isOnBranch(clone, commit, source.tips))
        ? []
        : [`${shortSha(commit)} is not on ${source.name}: merge it first.`]),
      ...proof.refusals,
    ],
  });
}

/** The source of a promotion: the preceding environment, and the branch that it tracks. */
interface Source {
  readonly earlier?: Environment;
  readonly name: string;
  /** The commit to which the branch resolves here. */
  readonly tip: string;
  /** That commit, and other candidates for the branch: as fetched, and as in this clone. */
  readonly tips: readonly string[];
}

async function sourceOf(place: Place, environment: TagsEnvironment): Promise<Source> {
  const { clone, environments } = place;
  const { track, repository } = environment.delivery;
  const branch = track.after === undefined ? "main" : branchOf(track.after, environments);
  const earlier =
    track.after === undefined
      ? undefined
      : readEnvironmentFile(path.join(environments, `Pulumi.${track.after}.yaml`), track.after);
  const names = [
    ...branchNames(branch, earlier?.delivery.repository ?? repository),
    ...(track.after === undefined ? ["HEAD"] : []),
  ];
  const found = await firstOf(clone, names);
  if (found === undefined)
    throw new CommandError(`This clone has no ${branch}. \`git fetch origin ${branch}\` gets it.`);
  const any = [`refs/remotes/origin/${branch}`, ...names];
  const tips = await Promise.all(any.map((name) => commitOf(clone, name)));
  return {
    ...(earlier && { earlier }),
    name: found.name.replace(/^refs\/(heads|remotes)\//, ""),
    tip: found.commit,
    tips: tips.filter((tip) => tip !== undefined),
  };
}

async function namedCommit(clone: string, name: string): Promise<string> {
  const found = await revisionOf(clone, name);
  if (found.kind === "commit") return found.commit;
  throw new CommandError("What is released is a commit: commit the work tree first.");
}

/** A release that was made here, for this commit, and was not pushed to `origin`. */
function unpushedAt({ push, there, releases }: Known, commit: string, version?: string) {
  const [newest] = releases;
  const isIt = newest?.commit === commit && (version === undefined || version === newest.tag);
  return push && there !== undefined && isIt && !there.includes(newest.tag)
    ? newest.tag
    : undefined;
}

/** The revision of an environment at a release; nothing before the first. */
export function revisionOfRelease(release: Known["releases"][number] | undefined): Revision {
  return release?.commit === undefined
    ? { kind: "nothing" }
    : { kind: "commit", name: release.tag, commit: release.commit };
}

async function isOnBranch(clone: string, commit: string, tips: readonly string[]) {
  for (const tip of tips) if (await isAncestor(clone, commit, tip)) return true;
  return false;
}

/** Notes on commits that are released again although they were rolled back, and on commits that would be lost. */
async function lossNotes(
  clone: string,
  { releases }: Known,
  newest: Known["releases"][number] | undefined,
  commit: string,
): Promise<string[]> {
  if (newest?.commit === undefined) return [];
  const notes: string[] = [];
  for (const { tag, commit: its } of releases) {
    if (its === undefined || tag === newest.tag) continue;
    if (await isAncestor(clone, its, newest.commit)) continue;
    if (await isAncestor(clone, its, commit))
      notes.push(
        `${tag} is not in ${newest.tag}: it was rolled back. What it brought goes out again, unless a revert is ` +
          "among the commits.",
      );
  }
  const lost = await commitsBetween(clone, commit, newest.commit);
  if (lost.length > 0)
    notes.push(
      `${newest.tag} has commits that ${shortSha(commit)} has not, and they would be taken back: ` +
        `${lost
          .slice(0, 5)
          .map(({ subject }) => subject)
          .join("; ")}${lost.length > 5 ? "; …" : ""}`,
    );
  return notes;
}

async function describeProof(
  { clone, instanceOf }: Place,
  earlier: Environment | undefined,
  commit: string,
  unproven: boolean,
): Promise<{ readonly notes: readonly string[]; readonly refusals: readonly string[] }> {
  if (earlier === undefined) return { notes: [], refusals: [] };
  const { name } = earlier;
  const proof = await proofOf(clone, commit, earlier, instanceOf(name));
  switch (proof.kind) {
    case "proven":
      return { notes: [`${shortSha(commit)} is Synced and Healthy in ${name}.`], refusals: [] };
    case "unknown":
      return { notes: [proof.why], refusals: [] };
    case "unproven": {
      const why = `${shortSha(commit)} is not Synced and Healthy in ${name}: ${proof.reasons.join(", ")}.`;
      if (unproven) return { notes: [why], refusals: [] };
      return { notes: [], refusals: [`${why} Wait, fix it there, or say --unproven.`] };
    }
  }
}
