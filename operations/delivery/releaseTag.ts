import { CommandError } from "../errors";
import { git, pushTag, remoteRefs, tryGit } from "./git";
import type { ReleasePlan } from "./releases";

/**
 * Makes the release's tag, and pushes it. Cut short between the two, the same command finishes it.
 * @throws CommandError with what is there then, and how to go on.
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
  // The push arrived, and its answer did not.
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
