import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { fromIssues } from "./issues";
import { formatKey, formatValue, valueAt, type RawDiagnostic } from "./rawDiagnostic";
import { option } from "./option";
import { ConfigurationError } from "./report";
import { platformImages } from "./reserved";
import type { Diagnostic } from "./types";

/** Digests of the platform's own images by name, e.g. "rollout-gate". An image without an entry is not published yet. */
export type ImageDigests = Readonly<Record<string, string>>;

export type ImagesResult =
  | { readonly ok: true; readonly images: ImageDigests }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** The file in the environments folder. An image has the same digest in every environment's registry. */
export const imagesFile = "images.json";

const remedy = "Remove it; `npm run images:pin` writes it again, from the images that were built.";

const digest = option(
  z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .optional(),
  "Digest of the image's index.",
  { expected: "sha256: and 64 digits of 0-9, a-f", remedy },
);

const schema = option(
  z.strictObject(Object.fromEntries(platformImages.map((name) => [name, digest]))),
  "Digests of the platform's own images.",
  { expected: "a map of images and their digests", remedy },
);

/** The digests that a file's text pins, or all its diagnostics. Pure; never throws. */
export function parseImages(text: string): ImagesResult {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    const diagnostic = {
      path: "(file)",
      value: "a text that does not parse",
      expected: "JSON",
      remedy,
    };
    return { ok: false, diagnostics: [diagnostic] };
  }
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, images: result.data as ImageDigests };
  const rawDiagnostics = fromIssues(schema, result.error.issues);
  return {
    ok: false,
    diagnostics: rawDiagnostics.map((rawDiagnostic) => diagnosticOf(rawDiagnostic, raw)),
  };
}

/**
 * Reads the digests of the platform's own images.
 *
 * @param folder the environments folder. Without `images.json` no image is published yet.
 * @throws ConfigurationError with all diagnostics of the file.
 */
export function readImages(folder: string): ImageDigests {
  const file = join(folder, imagesFile);
  const result = parseFile(file);
  if (result.ok) return result.images;
  throw new ConfigurationError(result.diagnostics, file);
}

function parseFile(file: string): ImagesResult {
  try {
    return parseImages(readFileSync(file, "utf8"));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code === "ENOENT") return { ok: true, images: {} };
    const value = `unreadable: ${code}`;
    return {
      ok: false,
      diagnostics: [{ path: "(file)", value, expected: "a readable file", remedy }],
    };
  }
}

function diagnosticOf({ path, expected, remedy, hidden }: RawDiagnostic, raw: unknown): Diagnostic {
  const place = path.length === 0 ? "(file)" : path.map(formatKey).join(".");
  const found = valueAt(raw, path);
  const value = hidden === true ? "(not shown)" : formatValue(found);
  return { path: place, value, expected, remedy };
}
