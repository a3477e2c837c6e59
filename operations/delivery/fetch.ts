import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic, TrackConfig } from "../../infra/config/types";
import { followedFolder } from "../../infra/components/delivery/followedClone";
import { shortSha } from "../format";
import { answerOf, tryGit } from "./git";

/** Milliseconds after which the check of a very large clone gives up. Argo CD may take its time. */
const limitMs = 60_000;

/**
 * The variables with which Argo CD's repo server runs git: without the configuration of the user or of the machine, hence also without
 * `safe.directory`.
 */
const ofRepoServer = {
  ...{ HOME: "/dev/null", XDG_CONFIG_HOME: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
  ...{ GIT_TERMINAL_PROMPT: "false", GIT_LFS_SKIP_SMUDGE: "1", LC_ALL: "C" },
};

/**
 * Does what Argo CD will do with a clone on this machine, before anything is started: it fetches into an empty repository, and looks for
 * the commit that the environment tracks.
 * @param repository as in `meridian:delivery`. One on another machine is not checked: Argo CD has credentials of its own.
 * @param ownClone Folder of this clone.
 * @returns why Argo CD could not deliver, with the remedy. Empty if it can, or if the check took longer than a minute.
 */
export async function fetchDiagnostics(
  { repository, track }: { readonly repository: string; readonly track: TrackConfig },
  ownClone: string,
): Promise<Diagnostic[]> {
  const clone = followedFolder(repository, ownClone);
  if (clone === undefined) return [];
  const scratch = await mkdtemp(join(tmpdir(), "meridian-fetch-"));
  try {
    const found = await problem(clone, track, scratch);
    if (found === undefined) return [];
    return [{ path: "meridian:delivery.repository", value: repository, ...found }];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type Problem = Pick<Diagnostic, "expected" | "remedy">;

async function problem(
  clone: string,
  track: TrackConfig,
  scratch: string,
): Promise<Problem | undefined> {
  const url = pathToFileURL(clone).href;
  const ask = (...args: string[]) =>
    answerOf(scratch, args, { environment: ofRepoServer, timeoutMs: limitMs });
  await ask("init", "--quiet");
  const listed = await ask("ls-remote", url);
  if (listed.late) return undefined;
  if (!listed.ok) return refused(clone, listed.text);
  if (track.kind === "tags") return undefined;
  const refs = refsOf(listed.text);
  const unclear = ambiguity(track.branch, refs);
  if (unclear !== undefined) return unclear;
  const commit = refs.get(track.branch === "HEAD" ? "HEAD" : `refs/heads/${track.branch}`);
  if (commit === undefined) return missing(track.branch, refs);
  const heads = "+refs/heads/*:refs/remotes/origin/*";
  const fetched = await ask("fetch", "--quiet", "--tags", "--force", url, heads);
  if (fetched.late) return undefined;
  if (!fetched.ok) return refused(clone, fetched.text);
  const has = await ask("cat-file", "-e", `${commit}^{commit}`);
  return has.ok ? undefined : unreachable(commit);
}

function refsOf(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").map((line) => line.split("\t"));
  return new Map(lines.map(([hash = "", name = ""]) => [name, hash]));
}

/** Argo CD resolves a name to the first ref that ends with it. */
function ambiguity(branch: string, refs: ReadonlyMap<string, string>): Problem | undefined {
  const head = branch === "HEAD" ? refs.get("HEAD") : refs.get(`refs/heads/${branch}`);
  const others =
    branch === "HEAD" ? ["refs/heads/HEAD", "refs/tags/HEAD"] : [`refs/tags/${branch}`];
  const other = others.find((name) => refs.has(name) && refs.get(name) !== head);
  if (other === undefined || head === undefined) return undefined;
  const kind = other.startsWith("refs/tags/") ? "tag" : "branch";
  const name = other.replace(/^refs\/(heads|tags)\//, "");
  return {
    expected: `${branch} to be one ref: ${other} is ${shortSha(refs.get(other) ?? "")}, not ${shortSha(head)}`,
    remedy: `Rename it: ${kind === "tag" ? `git tag <new> ${other} && git tag -d ${name}` : `git branch -m ${name} <new>`}.`,
  };
}

function missing(branch: string, refs: ReadonlyMap<string, string>): Problem {
  const heads = [...refs.keys()].filter((name) => name.startsWith("refs/heads/"));
  const names = heads.map((name) => name.replace("refs/heads/", "")).slice(0, 5);
  return {
    expected: `a clone with the branch ${branch}; it has ${names.join(", ") || "none"}`,
    remedy:
      branch === "HEAD"
        ? "Make a first commit, and commit apps/."
        : `git branch ${branch} origin/${branch} makes it, or change meridian:delivery.track.branch.`,
  };
}

/** The commit is advertised, but the branches and tags do not bring it. */
function unreachable(commit: string): Problem {
  return {
    expected: `${shortSha(commit)} on a branch: HEAD is detached, and Argo CD fetches branches and tags only`,
    remedy: "git switch -c <branch> puts it on one.",
  };
}

/** Git's own sentence, and its cause where it has a remedy. */
async function refused(clone: string, text: string): Promise<Problem> {
  const sentence = text
    .split("\n")
    .map((line) => line.replace(/^(fatal|error): /, "").trim())
    .find((line) => line !== "" && !line.startsWith("warning:"));
  const expected = `a clone from which Argo CD can fetch; git reports: ${sentence ?? "nothing"}`;
  if (/dubious ownership/.test(text)) {
    return {
      expected,
      remedy: `Run the commands as the owner of the clone, or take ownership: chown -R "$(id -un)" ${clone}.`,
    };
  }
  const top = await tryGit(clone, ["rev-parse", "--show-toplevel"]);
  if (top === undefined)
    return { expected, remedy: "Use a git clone: a downloaded archive has no commits to deliver." };
  const partial = await tryGit(clone, ["config", "--get-regexp", "^remote\\..*\\.promisor$"]);
  if (partial !== undefined) {
    return {
      expected,
      remedy: "git fetch --refetch --no-filter gets the objects that this partial clone lacks.",
    };
  }
  if (/does not appear to be a git repository|not a git repository/.test(text))
    return { expected, remedy: `Use a clone of its own: this folder is a part of ${top}.` };
  return { expected, remedy: `Correct it; \`git ls-remote ${clone}\` shows the whole message.` };
}
