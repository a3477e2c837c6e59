import { createHash, timingSafeEqual } from "node:crypto";
import * as fs from "node:fs";

/** Shortest key that is taken, in bytes. */
const keyBytes = 32;

/** Makes a namespace's token. */
export type TokenOf = (namespace: string) => string;

/** Compares without telling by its time how much of a token was right. */
export function sameToken(given: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}

/** @throws when the file is missing or too short to be a key. Its bytes are taken as they are. */
export function readKey(file: string): Buffer {
  const key = fs.readFileSync(file);
  if (key.length < keyBytes)
    throw new Error(`${file} has ${key.length} bytes; a key has at least ${keyBytes}`);
  return key;
}

/** The token that a request shows; undefined: it shows none. */
export function shownToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
}
