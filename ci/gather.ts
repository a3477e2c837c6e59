import { join } from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import { repositoryRoot } from "../infra/providers/local/instance";
import { CommandError } from "../operations/errors";
import { runCommand } from "../toolchain";
import { type Outcome, type Part, writePart } from "./part";
import { runScript } from "./script";

/** Runs `meridian` with these arguments. */
export type Meridian = (args: readonly string[]) => Promise<Outcome>;

export interface Question {
  readonly environment: string;
  /** Revisions whose apps are compared. */
  readonly from: string;
  readonly to: string;
  /** The reason why there is no preview; absent if there is one. */
  readonly withoutPreview?: string;
}

/** Determines the effect of a change on one environment. The failure of a command is a result too. */
export async function gather(question: Question, meridian: Meridian): Promise<Part> {
  const { environment, from, to, withoutPreview } = question;
  const range = ["--from", from, "--to", to, "--markdown"];
  return {
    environment,
    preview:
      withoutPreview === undefined
        ? await meridian(["preview", environment])
        : { kind: "skipped", reason: withoutPreview },
    difference: await meridian(["diff", environment, ...range]),
  };
}

/** The command of this clone, without colours: its output goes into a comment. */
const meridianHere: Meridian = async (args) => {
  const command = join(repositoryRoot, "cli/bin/meridian.js");
  const { failed, stdout, stderr, summary } = await runCommand(
    process.execPath,
    [command, ...args],
    { cwd: repositoryRoot, env: { ...process.env, NO_COLOR: "1" } },
  );
  const plain = (text: string) => stripVTControlCharacters(text).trim();
  if (!failed) return { kind: "done", text: plain(stdout) };
  return { kind: "failed", text: plain(`${stdout}\n${stderr}`) || summary };
};

const usage =
  "Usage: npm run ci:gather -- <environment> [--from REV] [--to REV] [--out FOLDER] [--without-preview WHY]";

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: "string", default: "origin/main" },
      to: { type: "string", default: "HEAD" },
      out: { type: "string", default: join(repositoryRoot, ".meridian/.ci/parts") },
      "without-preview": { type: "string", default: "" },
    },
  });
  const [environment] = positionals;
  if (environment === undefined) throw new CommandError(usage);
  const { from, to, out, "without-preview": why } = values;
  const question = { environment, from, to, ...(why !== "" && { withoutPreview: why }) };
  const part = await gather(question, meridianHere);
  writePart(out, part);
  const outcomes = [part.preview, part.difference];
  for (const outcome of outcomes)
    console.log(outcome.kind === "skipped" ? outcome.reason : outcome.text);
  return outcomes.some(({ kind }) => kind === "failed") ? 1 : 0;
}

if (require.main === module) void runScript(main);
