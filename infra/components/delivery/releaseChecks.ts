import { compareTags, isRelease, versionOfTag } from "../../config/tags";
import type { FreezeConfig } from "../../config/types";

/** Facts that are collected before a release's tag is created. */
export interface ReleaseFacts {
  readonly environment: string;
  readonly tag: string;
  /** The commit, abbreviated. */
  readonly commit: string;
  /** The newest release; undefined: none yet. */
  readonly newest: string | undefined;
  /** Version range of the environment. */
  readonly range: string;
  /** Tags of this clone. */
  readonly here: readonly string[];
  /** Tags of origin; undefined: not read, since nothing is pushed. */
  readonly there: readonly string[] | undefined;
  /** The freeze in effect now. */
  readonly freeze: FreezeConfig | undefined;
  /** Reason to override it for this release. */
  readonly breakGlass: string | undefined;
  /** Apps that do not build at the commit. */
  readonly broken: readonly string[];
}

/** All reasons not to create a release, each with its remedy. */
export function refusals(facts: ReleaseFacts): string[] {
  const { environment, freeze, breakGlass, broken, commit } = facts;
  const version = versionOfTag(facts.tag);
  return [
    ...(version === undefined ? [notATag(facts.tag)] : versionRefusals(facts)),
    ...broken.map(
      (app) =>
        `${app} does not build at ${commit}: fix its kustomization, and release that commit.`,
    ),
    ...(freeze === undefined || breakGlass !== undefined
      ? []
      : [
          `Nothing is released to ${environment} until ${freeze.to}: ${freeze.reason}. ` +
            'What cannot wait goes with --break-glass "reason", which is recorded.',
        ]),
  ];
}

/** The message for a text that is no release's tag. */
export function notATag(tag: string): string {
  return `${tag} is no release's tag: write a semantic version as v1.2.3.`;
}

function versionRefusals({ tag, range, newest, here, there, environment }: ReleaseFacts): string[] {
  const unseen = newest !== undefined && !here.includes(newest);
  return [
    ...(isRelease(tag, range)
      ? []
      : [
          `${environment} takes releases in ${range}, and no pre-release: ${tag} is none of them. ` +
            "Name another with --version, or widen meridian:delivery.track.tags.",
        ]),
    ...(here.includes(tag)
      ? [`The tag ${tag} is there already. Name another with --version.`]
      : []),
    ...(there?.includes(tag) === true && !here.includes(tag)
      ? [`origin has the tag ${tag} already. \`git fetch --tags origin\`, and look again.`]
      : []),
    ...(newest !== undefined && newest !== tag && compareTags(tag, newest) <= 0
      ? [`${tag} is not above ${newest}, the newest release: name a higher one with --version.`]
      : []),
    ...(unseen && newest !== tag
      ? [
          `origin has ${newest}, which this clone has not. \`git fetch --tags origin\`, and look again.`,
        ]
      : []),
  ];
}
