import { compare, parse, satisfies, validRange } from "semver";

/**
 * The version that a release's tag names: "v1.2.3" is 1.2.3, "v2.0.0-rc.1" a pre-release. Undefined for any other
 * text: without the v, with fewer numbers, or with build metadata, by which versions cannot be ordered.
 */
export function versionOfTag(tag: string): string | undefined {
  if (!/^v\d/.test(tag)) return undefined;
  const version = parse(tag.slice(1));
  return version !== null && `v${version.version}` === tag ? version.version : undefined;
}

/** Whether a tag names a release within a range: a pre-release never is. */
export function isRelease(tag: string, range: string): boolean {
  const version = versionOfTag(tag);
  return version !== undefined && satisfies(version, range);
}

/**
 * Whether a text is a range of versions that Argo CD and Meridian read alike: comparators, ~, ^, x and hyphens. No
 * commas, no single version (Argo CD takes that for a tag's name), no pre-release (which would let others in).
 */
export function isRange(text: string): boolean {
  if (!/^[\dx*.<>=~^| -]{1,100}$/.test(text) || parse(text.trim()) !== null) return false;
  if (/^\s*(\d+(\.\d+)*)?\s*$/.test(text)) return false;
  return validRange(text) !== null && !/\d-\d/.test(text);
}

/** Below 0 when the first tag's version is the lower one, above when it is the higher. @throws TypeError for other texts. */
export function compareTags(one: string, other: string): number {
  return compare(versionOfTag(one) ?? one, versionOfTag(other) ?? other);
}
