import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** A fresh folder of one's own, and its removal. */
export function makeFolder(): { readonly dir: string; remove(): void } {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "mt-"));
  return { dir, remove: () => fs.rmSync(dir, { recursive: true, force: true, maxRetries: 3 }) };
}
