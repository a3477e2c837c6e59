import * as fs from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import * as path from "node:path";

/**
 * A stack whose places in compiled files are those of their sources. Node's own source maps would be read by every command,
 * which takes 50 ms.
 */
export function withSourcePlaces(stack: string): string {
  const maps = new Map<string, SourceMap | undefined>();
  return stack.replace(/(\/[^\s():]+\.js):(\d+):(\d+)/g, (place, file: string, ...at: string[]) => {
    if (!maps.has(file)) maps.set(file, mapOf(file));
    const [line = 1, column = 1] = at.slice(0, 2).map(Number);
    const entry = maps.get(file)?.findEntry(line - 1, column - 1);
    if (entry === undefined || !("originalSource" in entry)) return place;
    const source = path.resolve(path.dirname(file), entry.originalSource);
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

function mapOf(file: string): SourceMap | undefined {
  if (!fs.existsSync(`${file}.map`)) return undefined;
  return new SourceMap(JSON.parse(fs.readFileSync(`${file}.map`, "utf8")) as SourceMapPayload);
}
