import { execFile } from "node:child_process";
import { CommandError } from "../errors";

/** Timeout of a remote server. */
const remoteMs = 60_000;

/** Options of a git command besides its arguments. */
export interface GitOptions {
  /** Written to its standard input. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/**
 * Runs git in a clone.
 * @returns its output, without the final newline.
 * @throws CommandError with git's own message.
 */
export async function git(
  clone: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const answer = await answerOf(clone, args, options);
  if (answer.ok) return answer.text;
  throw new CommandError(`git ${args[0]}: ${answer.text}`);
}

/** The same, but undefined if git fails. */
export async function tryGit(
  clone: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string | undefined> {
  const answer = await answerOf(clone, args, options);
  return answer.ok ? answer.text : undefined;
}

/** How a git command has ended. */
export interface Answer {
  readonly ok: boolean;
  /** It was stopped at its timeout. */
  readonly late: boolean;
  /** The output of git, or its error message. */
  readonly text: string;
}

/** Settings of the user's that would change the output which is read here. */
const plain = ["-c", "log.showSignature=false", "-c", "i18n.logOutputEncoding=UTF-8"];

/** Whether the clone has a part of the history only. */
export async function isShallow(clone: string): Promise<boolean> {
  return (await git(clone, ["rev-parse", "--is-shallow-repository"])) === "true";
}

/** Runs git in a clone. Never rejects. */
export function answerOf(
  clone: string,
  args: readonly string[],
  options: GitOptions,
): Promise<Answer> {
  const { input, environment, timeoutMs = 0 } = options;
  return new Promise((resolve) => {
    const child = execFile(
      "git",
      ["-C", clone, ...plain, ...args],
      {
        env: { ...ownVariables(), ...environment },
        maxBuffer: 64 * 2 ** 20,
        timeout: timeoutMs,
      },
      (error, stdout, stderr) => {
        if (error === null)
          return resolve({ ok: true, late: false, text: stdout.replace(/\n$/, "") });
        const late = error.killed === true;
        const text = late ? `no answer in ${timeoutMs / 1000} s` : stderr.trim() || error.message;
        resolve({ ok: false, late, text });
      },
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}

/** The environment without the variables that a git hook sets, which name another clone and its index. */
function ownVariables(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !/^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR)$/.test(name),
  );
  return Object.fromEntries(others);
}

/** The commit that a name resolves to; undefined: none. */
export function commitOf(clone: string, name: string): Promise<string | undefined> {
  return tryGit(clone, [
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${name}^{commit}`,
  ]);
}

/** The first of these names that resolves to a commit. */
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

/** Whether one commit is an ancestor of another, or the same. */
export async function isAncestor(clone: string, commit: string, of: string): Promise<boolean> {
  return (await tryGit(clone, ["merge-base", "--is-ancestor", commit, of])) !== undefined;
}

/** A commit's hash and message. */
export interface Commit {
  readonly hash: string;
  readonly subject: string;
  /** The whole message. */
  readonly message: string;
}

/** Commits that `to` has and `from` has not, newest first. @param from Undefined: all commits of `to`. */
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

/** Whether the work tree has uncommitted changes. */
export async function isDirty(clone: string): Promise<boolean> {
  // Without the lock: a read must not write the index of a user who works there.
  const args = ["--no-optional-locks", "status", "--porcelain"];
  return (await git(clone, args)) !== "";
}

/** Whether the clone has a remote `origin`. */
export async function hasOrigin(clone: string): Promise<boolean> {
  return (await tryGit(clone, ["remote", "get-url", "origin"])) !== undefined;
}

/** The refs of the remote `origin` and their commits; undefined: it does not answer. */
export async function remoteRefs(clone: string): Promise<ReadonlyMap<string, string> | undefined> {
  const args = ["ls-remote", "--heads", "--tags", "origin"];
  const text = await tryGit(clone, args, { timeoutMs: remoteMs });
  if (text === undefined) return undefined;
  const refs = lines(text).map((line) => line.split("\t"));
  // An annotated tag has a second line, with ^{}, that names the commit; as the later entry it overrides the first.
  return new Map(refs.map(([hash = "", name = ""]) => [name.replace(/\^\{\}$/, ""), hash]));
}

/** Pushes one tag to `origin`. @returns git's error message; undefined: it succeeded. */
export async function pushTag(clone: string, tag: string): Promise<string | undefined> {
  const ref = `refs/tags/${tag}`;
  const { ok, text } = await answerOf(clone, ["push", "--quiet", "origin", `${ref}:${ref}`], {
    timeoutMs: remoteMs,
  });
  return ok ? undefined : text;
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
