import pc from "picocolors";
import { environmentsFolder, readEnvironmentFile } from "../infra/config";
import type { Environment } from "../infra/config/types";
import { repositoryRoot } from "../infra/providers/local/instance";
import { versionOfTag } from "../infra/config/tags";
import { notATag } from "../infra/components/delivery/releaseChecks";
import { freezeAt } from "../infra/components/delivery/freezes";
import { followedClone } from "../infra/components/delivery/followedClone";
import { pluralize, sanitize, shortSha } from "../operations/format";
import { planPromotion, type PromoteOptions } from "../operations/delivery/promote";
import { makeRelease } from "../operations/delivery/releaseTag";
import type { Place, ReleasePlan, TagsEnvironment } from "../operations/delivery/releases";
import { planRevert, planRollback, type RollbackOptions } from "../operations/delivery/rollback";
import { comparisonText, jsonOf } from "../operations/delivery/text";
import { confirmByTyping } from "./aws/ask";
import { needTools } from "./tools";
import { addToDocument } from "./documents/output";
import type { ReleaseFields, RevertFields } from "./documents/schemas";
import { configFile } from "../operations/environmentFiles";
import { openInstance } from "./environment";
import { CommandError, UsageError } from "../operations/errors";
import type { Context } from "../operations/context";

/** Confirmation and dry run of a command. */
export interface Consent {
  /** Do not ask for confirmation. */
  readonly yes: boolean;
  /** Show the plan, and stop. */
  readonly dryRun: boolean;
}

/** Shows the changes that an environment does not have yet, and releases them. */
export async function promote(
  name: string,
  options: PromoteOptions & Consent,
  context: Context,
  clone = repositoryRoot,
): Promise<number> {
  const { version } = options;
  if (version !== undefined && versionOfTag(version) === undefined)
    throw new UsageError(notATag(version));
  const environment = readEnvironmentFile(configFile(name), name);
  if (!followsTags(environment))
    throw new CommandError(
      `${name} follows no tags: whatever is merged to its branch is its release. \`npx meridian diff ${name}\` shows it.`,
    );
  await needTools(["kustomize"], false, context);
  const plan = await planPromotion(placeOf(clone, context), environment, options);
  return release(clone, plan, options);
}

/** Rolls an environment back to an older release. */
export async function rollback(
  name: string,
  options: RollbackOptions & Consent,
  context: Context,
  clone = repositoryRoot,
): Promise<number> {
  const environment = readEnvironmentFile(configFile(name), name);
  await needTools(["kustomize"], false, context);
  const place = placeOf(clone, context);
  if (followsTags(environment))
    return release(clone, await planRollback(place, environment, options), options);
  const { branch, comparison, commands } = await planRevert(place, environment, options.to);
  console.log(comparisonText(comparison, { how: "", full: false }));
  console.log(`\n${name} follows ${branch}: a commit takes it back.\n`);
  commands.forEach((command) => console.log(`    ${command}`));
  addToDocument<RevertFields>({ released: false, commands: [...commands] });
  return 0;
}

function placeOf(clone: string, { signal }: Context): Place {
  const environments = environmentsFolder(clone);
  return { clone, environments, instanceOf: openInstance, signal };
}

function followsTags(environment: Environment): environment is TagsEnvironment {
  return environment.delivery.track.kind === "tags";
}

async function release(clone: string, plan: ReleasePlan, { yes, dryRun }: Consent) {
  console.log(planText(plan));
  addToDocument<ReleaseFields>(releaseFields(plan));
  if (plan.refusals.length > 0) throw new CommandError(refusedText(plan));
  if (dryRun) return 0;
  const { tag, commit, push, made } = plan;
  const what = made ? `Push ${tag}` : `Tag ${shortSha(commit)} as ${tag}`;
  const question = `${what}${push && !made ? " and push it" : ""}${push ? " to origin" : ""}? Type yes:`;
  if (!yes)
    await confirmByTyping(
      question,
      "yes",
      "There is no terminal for a confirmation. Nothing was changed. Confirm with --yes.",
    );
  await makeRelease(clone, plan);
  const next = doneText(plan);
  addToDocument<ReleaseFields>({ released: true, pushed: push, next });
  console.log(next);
  return 0;
}

/** A planned release as the fields of `promote --json`. Pure. */
export function releaseFields(plan: ReleasePlan): ReleaseFields {
  const { tag, why, commit, comparison, commits, notes } = plan;
  const { from } = comparison;
  return {
    from: from.kind === "commit" ? { version: from.name, commit: from.commit } : null,
    to: { version: tag, commit, why },
    commits: commits.map(({ hash, subject }) => ({ commit: hash, subject })),
    apps: jsonOf(comparison).apps,
    notes: [...notes],
    released: false,
    pushed: false,
    next: "Run the same command without --dry-run to make the release.",
  };
}

/** Maximum number of listed commits. */
const mostCommits = 20;

/** The content of a release, as text. Pure. */
export function planText({ tag, why, comparison, commits, notes }: ReleasePlan): string {
  const shown = commits.slice(0, mostCommits);
  const left = commits.length - shown.length;
  return [
    comparisonText(comparison, { how: "", full: false }),
    ...(commits.length === 0 ? [] : ["", `${pluralize(commits.length, "commit")}:`]),
    ...shown.map(({ hash, subject }) => `  ${shortSha(hash)} ${sanitize(subject)}`),
    ...(left > 0 ? [`  and ${left} more`] : []),
    "",
    `Release: ${pc.bold(tag)} (${why})`,
    ...notes.map((note) => `! ${sanitize(note)}`),
  ].join("\n");
}

function refusedText({ refusals }: ReleasePlan): string {
  return ["", "This is not released. Nothing was changed.", ...refusals.map((one) => `  ${one}`)]
    .map(sanitize)
    .join("\n");
}

/** The result of a release, and the next step. Pure but for the time. */
export function doneText({ environment, tag, push }: ReleasePlan): string {
  const { name, delivery } = environment;
  const { repository, track, pollSeconds, freezes } = delivery;
  const made = `${tag} is made${push ? " and pushed" : ""}.`;
  if (!push && repository !== ".") return `${made} Next: git push origin ${tag}`;
  if (track.approval === "required")
    return `${made} Next: npx meridian up ${name} --release ${tag}, or the pipeline's approval.`;
  const freeze = freezeAt(freezes, new Date());
  const isTold = environment.provider === "local" && followedClone(delivery, ".") !== undefined;
  const when = isTold ? "now" : `within ${pollSeconds} s or so`;
  if (freeze === undefined) return `${made} Argo CD takes it ${when}.`;
  return (
    `${made} Argo CD waits until ${freeze.to}. Next, to have it take it now: ` +
    `npx meridian up ${name} --break-glass "reason"`
  );
}
