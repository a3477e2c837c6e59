import { execFile } from "node:child_process";
import { CommandError } from "../errors";

/** Time that a server gets to answer. */
const remoteMs = 60_000;

/** What a git command may be given beside its words. */
export interface GitOptions {
  /** Written to its standard input. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * Asks git in a clone.
 * @returns what it printed, without the newline at its end.
 * @throws CommandError with git's own words.
 */
export async function git(
  clone: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const answer = await ask(clone, args, options);
  if (answer.ok) return answer.text;
  throw new CommandError(`git ${args[0]}: ${answer.text}`);
}

/** The same, undefined where git says no. */
export async function tryGit(
  clone: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string | undefined> {
  const answer = await ask(clone, args, options);
  return answer.ok ? answer.text : undefined;
}

interface Answer {
  readonly ok: boolean;
  /** What git printed, or its complaint. */
  readonly text: string;
}

function ask(clone: string, args: readonly string[], options: GitOptions): Promise<Answer> {
  const { input, environment, timeoutMs = 0 } = options;
  return new Promise((resolve) => {
    const child = execFile(
      "git",
      ["-C", clone, ...args],
      {
        env: { ...ownVariables(), ...environment },
        maxBuffer: 64 * 2 ** 20,
        timeout: timeoutMs,
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ ok: true, text: stdout.replace(/\n$/, "") });
        const late = error.killed === true ? `no answer in ${timeoutMs / 1000} s` : "";
        resolve({ ok: false, text: late || stderr.trim() || error.message });
      },
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}

/** Without what a hook of git leaves there, which names another clone and its index. */
function ownVariables(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR)$/.test(name),
  );
  return Object.fromEntries(others);
}

/** The commit that a name means; undefined: none. */
export function commitOf(clone: string, name: string): Promise<string | undefined> {
  return tryGit(clone, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${name}^{commit}`,
  ]);
}

/** The first of these names that means a commit. */
export async function firstOf(
  clone: string,
  names: readonly string[],
): Promise<{ readonly name: string; readonly commit: string } | undefined> {
  for (const name of names) {
    const commit = await commitOf(clone, name);
    if (commit !== undefined) return { name, commit };
  }
  return undefined;
}

export async function tagsOf(clone: string): Promise<string[]> {
  return lines(await git(clone, ["for-each-ref", "--format=%(refname:strip=2)", "refs/tags"]));
}

/** Whether one commit is in the history of another, or the same. */
export async function isAncestor(clone: string, commit: string, of: string): Promise<boolean> {
  return (await tryGit(clone, ["merge-base", "--is-ancestor", commit, of])) !== undefined;
}

/** A commit in short, and its message. */
export interface Commit {
  readonly hash: string;
  readonly subject: string;
  /** The whole message. */
  readonly message: string;
}

/** Commits that one has and the other has not, newest first. @param from Undefined: all there are. */
export async function commitsBetween(
  clone: string,
  from: string | undefined,
  to: string,
): Promise<Commit[]> {
  const range = from === undefined ? [to] : [to, `^${from}`];
  const text = await git(clone, ["log", "-z", "--format=%H%n%B", ...range, "--"]);
  return text
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [hash = "", ...message] = entry.split("\n");
      return { hash, subject: message[0] ?? "", message: message.join("\n") };
    });
}

/** Whether there are changes in the work tree that are in no commit. */
export async function isDirty(clone: string): Promise<boolean> {
  // Without the lock: reading must not write the index of whoever works there.
  const args = ["--no-optional-locks", "status", "--porcelain"];
  return (await git(clone, args)) !== "";
}

/** Whether the clone knows where it came from. */
export async function hasOrigin(clone: string): Promise<boolean> {
  return (await tryGit(clone, ["remote", "get-url", "origin"])) !== undefined;
}

/** The names at the remote `origin` and what they mean; undefined: it does not answer. */
export async function remoteRefs(clone: string): Promise<ReadonlyMap<string, string> | undefined> {
  const args = ["ls-remote", "--heads", "--tags", "origin"];
  const text = await tryGit(clone, args, { timeoutMs: remoteMs });
  if (text === undefined) return undefined;
  const refs = lines(text).map((line) => line.split("\t"));
  // Of an annotated tag the second line, with ^{}, is the commit; being the later one it counts.
  return new Map(refs.map(([hash = "", name = ""]) => [name.replace(/\^\{\}$/, ""), hash]));
}

/** Pushes one tag to `origin`. @returns git's complaint; undefined: it is there. */
export async function pushTag(clone: string, tag: string): Promise<string | undefined> {
  const ref = `refs/tags/${tag}`;
  const { ok, text } = await ask(clone, ["push", "--quiet", "origin", `${ref}:${ref}`], {
    timeoutMs: remoteMs,
  });
  return ok ? undefined : text;
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
