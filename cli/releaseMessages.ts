import type { FreezeConfig, TagsTrack } from "../infra/config/types";

/** The next steps for an environment to which nothing has been released. */
export function unreleasedText(
  environment: string,
  approval: TagsTrack["approval"] = "required",
): string {
  const made = `Nothing is released to ${environment} yet: \`npx meridian promote ${environment}\` makes a release`;
  if (approval === "none") return `${made}.`;
  return `${made}, \`npx meridian up ${environment} --release <tag>\` approves it.`;
}

/** Why an environment receives no new release, and how to override that. */
export function frozenText(environment: string, { to, reason }: FreezeConfig): string {
  return (
    `Nothing new is released to ${environment} until ${to}: ${reason}. ` +
    'What cannot wait goes with --break-glass "reason", which is recorded.'
  );
}
