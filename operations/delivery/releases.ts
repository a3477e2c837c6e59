import type { Environment, TagsTrack } from "../../infra/config/types";
import type { Instance } from "../../infra/providers/local/instance";
import { freezeAt } from "../../infra/components/delivery/freezes";
import { refusals } from "../../infra/components/delivery/releaseChecks";
import { releasesIn, type TaggedCommit } from "../../infra/components/delivery/releases";
import { compare, type Comparison } from "./compare";
import { type Commit, commitOf, hasOrigin, isDirty, isShallow, remoteRefs, tagsOf } from "./git";
import { CommandError } from "../errors";
import { shortSha } from "../format";
import type { Revision } from "./revisions";

/** Options of a release that is about to be made. */
export interface ReleaseOptions {
  /** Whether to push the tag to `origin`. Default: unless the environment delivers this very clone. */
  readonly push?: boolean;
  /** Reason for overriding a freeze. */
  readonly breakGlass?: string;
}

/** The surroundings in which a release is made. */
export interface Place {
  readonly clone: string;
  /** Folder of the environments' files. */
  readonly environments: string;
  /** The instance of an environment on this machine. */
  readonly instanceOf: (environment: string) => Instance;
  readonly signal: AbortSignal;
}

/** An environment that tracks tags. */
export type TagsEnvironment = Environment & {
  readonly delivery: { readonly track: TagsTrack };
};

/** The existing releases, in this clone and at `origin`. */
export interface Known {
  /** Whether the tag will be pushed. */
  readonly push: boolean;
  readonly here: readonly string[];
  /** Undefined: not queried. */
  readonly there: readonly string[] | undefined;
  /** The commits of the refs at `origin`; undefined: not queried. */
  readonly refs: ReadonlyMap<string, string> | undefined;
  /** Newest first; only the releases of this clone have a commit. */
  readonly releases: readonly (Omit<TaggedCommit, "commit"> & { readonly commit?: string })[];
  /** The reason why they could not be determined. */
  readonly refusals: readonly string[];
}

export async function knownReleases(
  { clone }: Place,
  { delivery }: TagsEnvironment,
  { push }: ReleaseOptions,
): Promise<Known> {
  if (await isShallow(clone))
    throw new CommandError(
      "This clone is shallow: a release is determined by the commits since the one before. " +
        "`git fetch --unshallow --tags` gets them.",
    );
  const here = await tagsOf(clone);
  const wanted = push ?? delivery.repository !== ".";
  const pushes = wanted && (await hasOrigin(clone));
  const refs = pushes ? await remoteRefs(clone) : undefined;
  const tag = /^refs\/tags\/(.+)$/;
  const there = refs && [...refs.keys()].flatMap((name) => tag.exec(name)?.[1] ?? []);
  const names = releasesIn([...new Set([...here, ...(there ?? [])])], delivery.track.tags);
  const releases = await Promise.all(
    names.map(async (name) => {
      const commit = await commitOf(clone, `refs/tags/${name}`);
      return { tag: name, ...(commit !== undefined && { commit }) };
    }),
  );
  const silent =
    "origin does not answer, so that nobody knows which releases it has. Try again, or keep the tag here: --no-push.";
  return {
    ...{ push: pushes, here, there, refs, releases },
    refusals: pushes && refs === undefined ? [silent] : [],
  };
}

/** A planned release, with every reason to refuse it. */
export interface ReleasePlan {
  readonly environment: TagsEnvironment;
  readonly tag: string;
  /** The reason for this version. */
  readonly why: string;
  readonly commit: string;
  readonly comparison: Comparison;
  /** The new commits, newest first. */
  readonly commits: readonly Commit[];
  /** The tag's message. */
  readonly message: string;
  readonly push: boolean;
  /** The tag exists already, and only has to be pushed. */
  readonly made: boolean;
  /** Notes for the user before confirming. */
  readonly notes: readonly string[];
  readonly refusals: readonly string[];
}

/** The intended content of a release, before it is checked. */
export interface Intended {
  readonly tag: string;
  readonly why: string;
  readonly commit: string;
  /** The environment's current revision. */
  readonly from: Revision;
  readonly commits: readonly Commit[];
  /** First line of the tag's message, after the tag. */
  readonly title: string;
  readonly made: boolean;
  readonly notes: readonly string[];
  readonly refusals: readonly string[];
}

/** Determines the changes of a release, and every reason to refuse it. */
export async function planRelease(
  place: Place,
  environment: TagsEnvironment,
  known: Known,
  options: ReleaseOptions,
  intended: Intended,
): Promise<ReleasePlan> {
  const { tag, why, commit, from, commits, made } = intended;
  const to: Revision = { kind: "commit", name: tag, commit };
  const comparison = await compare(place.clone, environment, from, to, place.signal);
  const here = made ? known.here.filter((one) => one !== tag) : known.here;
  const newest = known.releases.find((one) => !made || one.tag !== tag)?.tag;
  const refused = refusals({
    environment: environment.name,
    ...{ tag, newest, here, there: known.there },
    commit: shortSha(commit),
    range: environment.delivery.track.tags,
    freeze: freezeAt(environment.delivery.freezes, new Date()),
    breakGlass: options.breakGlass,
    broken: comparison.changes.flatMap((change) =>
      change.what === "broken" && change.after !== undefined ? [change.app] : [],
    ),
  });
  return {
    ...{ environment, tag, why, commit, comparison, commits, made },
    message: messageOf(intended, options.breakGlass),
    push: known.push,
    notes: [...intended.notes, ...(await generalNotes(place, environment, known))],
    refusals: [...known.refusals, ...intended.refusals, ...refused],
  };
}

async function generalNotes(
  { clone }: Place,
  { name, delivery }: TagsEnvironment,
  { push }: Known,
): Promise<string[]> {
  return [
    ...((await isDirty(clone))
      ? ["The work tree has changes that are in no commit: they are not part of it."]
      : []),
    ...(!push && delivery.repository === "." && (await hasOrigin(clone))
      ? [`${name} delivers this clone: the tag stays here. --push sends it to origin, too.`]
      : []),
  ];
}

/** Maximum number of commits in a tag's message. */
const mostCommits = 200;

function messageOf({ tag, title, commits }: Intended, breakGlass: string | undefined): string {
  const shown = commits
    .slice(0, mostCommits)
    .map((one) => `- ${one.subject} (${shortSha(one.hash)})`);
  const left = commits.length - shown.length;
  return [
    `${tag}: ${title}`,
    ...(shown.length === 0 ? [] : ["", ...shown]),
    ...(left > 0 ? [`- and ${left} more`] : []),
    ...(breakGlass === undefined ? [] : ["", `Break-glass: ${breakGlass}`]),
    "",
  ].join("\n");
}
