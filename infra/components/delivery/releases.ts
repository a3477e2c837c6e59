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

/** How much of a version a change moves. */
export type Bump = "major" | "minor" | "patch";

/** What Conventional Commits say about the next version: the largest of their bumps; without any, a patch. */
export function bumpOf(messages: readonly string[]): Bump {
  const bumps = messages.map(bumpOfOne);
  return (["major", "minor"] as const).find((bump) => bumps.includes(bump)) ?? "patch";
}

/** `feat!: …` or a footer `BREAKING CHANGE: …` breaks, `feat: …` adds. */
function bumpOfOne(message: string): Bump {
  const [, type, breaking] = /^([a-zA-Z]+)(?:\([^)\n]*\))?(!)?: /.exec(message) ?? [];
  if (type === undefined) return "patch";
  if (breaking !== undefined || /^BREAKING[ -]CHANGE: /m.test(message)) return "major";
  return type.toLowerCase() === "feat" ? "minor" : "patch";
}

/** A proposal, and why it is that one. */
export interface NextRelease {
  readonly tag: string;
  readonly why: string;
}

/**
 * The release that comes next. Below 1.0.0 a breaking change moves the minor number and everything else the patch,
 * as ranges with ^ expect; 1.0.0 is somebody's decision.
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

/** The release that takes an older one's place again: a patch above the newest. */
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
 * The release to go back to: the newest one below the current whose commit came before the current one's. What was
 * rolled back already did not: a second rollback goes further back, not forth again.
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
