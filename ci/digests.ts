import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const built = z.object({
  image: z.string().regex(/^[a-z][a-z0-9-]*$/),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});

/** A pushed image: one digest covers both architectures. */
export type BuiltImage = z.infer<typeof built>;

export function writeDigest(folder: string, image: BuiltImage): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${image.image}.json`), JSON.stringify(image));
}

/** All images whose digests are below a folder, sorted by name. Empty if the folder does not exist. */
export function readDigests(folder: string): BuiltImage[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => built.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))))
    .sort((one, other) => one.image.localeCompare(other.image));
}
