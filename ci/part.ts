import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const outcome = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("done"), text: z.string() }),
  z.object({ kind: z.literal("failed"), text: z.string() }),
  /** Not run, and why. */
  z.object({ kind: z.literal("skipped"), reason: z.string() }),
]);

const part = z.object({
  environment: z.string(),
  /** What `meridian preview` says. */
  preview: outcome,
  /** What `meridian diff` says of the apps, as Markdown. */
  difference: outcome,
});

/** What one command of the pipeline came to. */
export type Outcome = z.infer<typeof outcome>;

/** What a change means for one environment: jobs make one each, and the comment is made of all. */
export type Part = z.infer<typeof part>;

export function writePart(folder: string, content: Part): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${content.environment}.json`), JSON.stringify(content));
}

/**
 * All parts below a folder, in the order of the environments' names: each job's files may be in a folder of their own.
 * None where there is no folder: every job before may have failed.
 */
export function readParts(folder: string): Part[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => part.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))))
    .sort((one, other) => one.environment.localeCompare(other.environment));
}
