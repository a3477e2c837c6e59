import { compare, parse, satisfies, validRange } from "semver";

/**
 * The version of a release tag: "v1.2.3" is 1.2.3, "v2.0.0-rc.1" a pre-release. Undefined for any other text: without the v, with
 * fewer numbers, or with build metadata, which does not order versions.
 */
export function versionOfTag(tag: string): string | undefined {
  if (!/^v\d/.test(tag)) return undefined;
  const version = parse(tag.slice(1));
  return version !== null && `v${version.version}` === tag ? version.version : undefined;
}

/** Whether a tag is a release within a range; a pre-release never is. */
export function isRelease(tag: string, range: string): boolean {
  const version = versionOfTag(tag);
  return version !== undefined && satisfies(version, range);
}

/**
 * Whether a text is a version range that Argo CD and Meridian interpret the same way: comparators, ~, ^, x and hyphens. No commas,
 * no single version (Argo CD interprets that as a tag's name), no pre-release (which would also match other pre-releases).
 */
export function isRange(text: string): boolean {
  if (!/^[\dx*.<>=~^| -]{1,100}$/.test(text) || parse(text.trim()) !== null) return false;
  if (/^\s*(\d+(\.\d+)*)?\s*$/.test(text)) return false;
  return validRange(text) !== null && !/\d-\d/.test(text);
}

/** Below 0 if the first tag's version is lower, above 0 if it is higher. @throws TypeError for other texts. */
export function compareTags(one: string, other: string): number {
  return compare(versionOfTag(one) ?? one, versionOfTag(other) ?? other);
}
