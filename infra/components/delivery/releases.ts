import { inc, minVersion, satisfies, type ReleaseType } from "semver";
import { compareTags, isRelease, versionOfTag } from "../../config/tags";

/** The releases of a range among tags, newest first. */
export function releasesIn(tags: readonly string[], range: string): string[] {
  return tags.filter((tag) => isRelease(tag, range)).sort((a, b) => compareTags(b, a));
}

/** The newest release of a range; undefined: none yet. */
export function newestRelease(tags: readonly string[], range: string): string | undefined {
  return releasesIn(tags, range)[0];
}

/** The version number that a change increments. */
export type Bump = "major" | "minor" | "patch";

/** The largest bump of Conventional Commits; without any, a patch. */
export function bumpOf(messages: readonly string[]): Bump {
  const bumps = messages.map(bumpOfOne);
  return (["major", "minor"] as const).find((bump) => bumps.includes(bump)) ?? "patch";
}

/** `feat!: …` or a footer `BREAKING CHANGE: …` is major, `feat: …` is minor. */
function bumpOfOne(message: string): Bump {
  const [, type, breaking] = /^([a-zA-Z]+)(?:\([^)\n]*\))?(!)?: /.exec(message) ?? [];
  if (type === undefined) return "patch";
  if (breaking !== undefined || /^BREAKING[ -]CHANGE: /m.test(message)) return "major";
  return type.toLowerCase() === "feat" ? "minor" : "patch";
}

/** The proposed release and the reason for it. */
export interface NextRelease {
  readonly tag: string;
  readonly why: string;
}

/**
 * The next release. Below 1.0.0 a breaking change increments the minor number and everything else the patch number, as ranges
 * with ^ expect; 1.0.0 is never proposed for these.
 *
 * @param newest The newest release; undefined: this is the first, v1.0.0 or the lowest of the range.
 * @param messages The commits' messages since then.
 */
export function nextRelease(
  newest: string | undefined,
  range: string,
  messages: readonly string[],
): NextRelease {
  const version = newest === undefined ? undefined : versionOfTag(newest);
  if (version === undefined) {
    const first = satisfies("1.0.0", range) ? "1.0.0" : (minVersion(range)?.version ?? "1.0.0");
    return { tag: `v${first}`, why: "the first release" };
  }
  const bump = bumpOf(messages);
  const why = { major: "a breaking change", minor: "a feature", patch: "fixes" }[bump];
  if (!version.startsWith("0.")) return { tag: increased(version, bump), why };
  const below = bump === "major" ? "minor" : "patch";
  return { tag: increased(version, below), why: `${why}, below 1.0.0` };
}

/** Tag for a rollback to an older release: a patch above the newest. */
export function nextPatch(newest: string): string {
  return increased(versionOfTag(newest) ?? newest, "patch");
}

function increased(version: string, by: ReleaseType): string {
  return `v${inc(version, by) ?? version}`;
}

/** A release and the commit behind its tag. */
export interface TaggedCommit {
  readonly tag: string;
  readonly commit: string;
}

/**
 * The release to roll back to: the newest below the current one whose commit is an ancestor of the current release's. The commit of
 * a release that was rolled back is no ancestor: a second rollback goes further back.
 * @param isBefore Whether a commit is an ancestor of the current release's, and not the same.
 */
export function releaseBefore(
  current: TaggedCommit,
  releases: readonly TaggedCommit[],
  isBefore: (commit: string) => boolean,
): TaggedCommit | undefined {
  return [...releases]
    .sort((a, b) => compareTags(b.tag, a.tag))
    .find(({ tag, commit }) => compareTags(tag, current.tag) < 0 && isBefore(commit));
}
