import { versionTable } from "../infra/catalog/versions";
import { repositoryRoot } from "../infra/providers/local/instance";
import { runCommand } from "../toolchain";
import { type Ask, formatOutcome, newerThan, type Origin, pinnedOf } from "./newer";
import { runScript } from "./script";

const patienceMs = 20_000;

/** Queries each registry with its ordinary client: the user's settings choose the host. */
const ask: Ask = async (origin) => {
  switch (origin.kind) {
    case "npm": {
      const text = await answer("npm", ["view", origin.name, "versions", "--json"]);
      return [JSON.parse(text) as string | string[]].flat();
    }
    case "go":
      return (await answer("go", ["list", "-m", "-versions", origin.name])).split(/\s+/).slice(1);
    case "pypi": {
      const text = await answer("python3", ["-m", "pip", "index", "versions", origin.name]);
      return /^Available versions: (.*)$/m.exec(text)?.[1]?.split(", ") ?? [];
    }
    case "github":
      return tags(origin);
  }
};

/** @throws when the client is missing or reports an error. */
async function answer(client: string, args: readonly string[]): Promise<string> {
  const result = await runCommand(client, args, {
    cwd: repositoryRoot,
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
    timeoutMs: patienceMs,
  });
  if (!result.failed) return result.stdout;
  const lines = result.stderr.trim().split("\n");
  throw new Error(lines.at(-1) || result.summary.split("\n")[0] || `${client} failed`);
}

/** Reads the tags with git: it has no request limit and needs no account. */
async function tags({ name }: Origin): Promise<string[]> {
  const url = `https://github.com/${name}.git`;
  const text = await answer("git", ["ls-remote", "--tags", "--refs", url]);
  return text.split("\n").map((line) => line.replace(/^\S+\s+refs\/tags\//, ""));
}

/** `npm run outdated [-- --json]`. Exits with 0 even when versions are newer: it only informs, `check:versions` decides. */
async function main(): Promise<number> {
  const outcomes = await Promise.all(pinnedOf(versionTable).map((pin) => newerThan(pin, ask)));
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(outcomes, undefined, 2));
    return 0;
  }
  outcomes.forEach((outcome) => console.log(formatOutcome(outcome)));
  const unknown = outcomes.filter(({ origin }) => origin === undefined).length;
  if (unknown > 0) console.log(`\n${unknown} of ${outcomes.length} could not be looked up.`);
  return 0;
}

if (require.main === module) void runScript(main);
