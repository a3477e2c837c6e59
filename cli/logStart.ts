import * as fs from "node:fs";
import { timeOf } from "./logTimes";

/** The part of a log to show. */
export interface LogPart {
  /** Offset in bytes at which it begins; the file's end if no line is recent enough. */
  readonly offset: number;
  /** Whether any line has a timestamp, or there is no line at all. Otherwise no line is left out for its age. */
  readonly dated: boolean;
}

/**
 * Where the part of a log begins that was written since a time: at the first line of that time or later. Lines without a timestamp
 * belong to the line before them, those at the start of the file to the first line that has one.
 *
 * @param since Milliseconds since 1970.
 * @param tail Maximum number of lines. Default: all.
 */
export async function findPart(
  file: string,
  { since, tail = Infinity }: { readonly since: number; readonly tail?: number | undefined },
  now = Date.now(),
): Promise<LogPart> {
  let [dated, found, end] = [false, false, 0];
  let offsets: number[] = [];
  for await (const { offset, bytes } of linesOf(file)) {
    end = offset + bytes.length;
    const time = found ? undefined : timeOf(bytes.toString("utf8"), now);
    if (time !== undefined) {
      dated = true;
      found = time >= since;
      if (!found) offsets = [];
    }
    if (found || !dated) offsets.push(offset);
  }
  return {
    offset: offsets[Math.max(0, offsets.length - tail)] ?? end,
    dated: dated || end === 0,
  };
}

/** The lines of a file with their offsets; the last may have no newline yet. */
async function* linesOf(file: string): AsyncGenerator<{ offset: number; bytes: Buffer }> {
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of fs.createReadStream(file) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      yield { offset, bytes: rest.subarray(0, end + 1) };
      offset += end + 1;
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield { offset, bytes: rest };
}
