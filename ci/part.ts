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
  /** Output of `meridian preview`. */
  preview: outcome,
  /** Output of `meridian diff` for the apps, as Markdown. */
  difference: outcome,
});

/** Result of one command of the pipeline. */
export type Outcome = z.infer<typeof outcome>;

/** Effect of a change on one environment. Each job writes one; the comment combines all of them. */
export type Part = z.infer<typeof part>;

export function writePart(folder: string, content: Part): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${content.environment}.json`), JSON.stringify(content));
}

/**
 * All parts below a folder, sorted by environment name. The files of each job may be in a subfolder.
 * Empty if the folder does not exist: every earlier job may have failed.
 */
export function readParts(folder: string): Part[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => part.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))))
    .sort((one, other) => one.environment.localeCompare(other.environment));
}
