import { CommandError } from "../errors";
import { git, pushTag, remoteRefs, tryGit } from "./git";
import type { ReleasePlan } from "./releases";

/**
 * Creates the release's tag, and pushes it. If it was interrupted in between, the same command finishes it.
 * @throws CommandError with the resulting state and the next step.
 */
export async function makeRelease(clone: string, plan: ReleasePlan): Promise<void> {
  const { tag, commit, message, made, push } = plan;
  if (!made) {
    const args = ["tag", "--annotate", "--cleanup=verbatim", "--file=-", tag, commit];
    await git(clone, args, { input: message });
  }
  if (!push) return;
  const complaint = await pushTag(clone, tag);
  if (complaint === undefined) return;
  const refs = await remoteRefs(clone);
  const there = refs?.get(`refs/tags/${tag}`);
  // The push succeeded, but its response was lost.
  if (there === commit) return;
  if (refs === undefined)
    throw new CommandError(
      `${tag} is here, and nobody knows whether origin has it: ${complaint}\n` +
        `Run the same command again: it pushes the tag. To give it up: git tag --delete ${tag}.`,
    );
  if (!made) await tryGit(clone, ["tag", "--delete", tag]);
  throw new CommandError(
    `origin did not take ${tag}: ${complaint}\n` +
      (made
        ? `It stays here: git tag --delete ${tag} removes it. `
        : "It was removed here again. ") +
      "Somebody may have made it at the same time (git fetch --tags origin), or a rule protects such tags.",
  );
}
