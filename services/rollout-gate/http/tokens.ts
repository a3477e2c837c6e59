import { createHash, timingSafeEqual } from "node:crypto";
import * as fs from "node:fs";

/** Minimum length of a key, bytes. */
const keyBytes = 32;

/** Derives a namespace's token. */
export type TokenOf = (namespace: string) => string;

/** Compares tokens in constant time, which does not reveal how much of a token is correct. */
export function sameToken(given: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}

/** @throws if the file is missing or too short to be a key. Its bytes are used unchanged. */
export function readKey(file: string): Buffer {
  const key = fs.readFileSync(file);
  if (key.length < keyBytes)
    throw new Error(`${file} has ${key.length} bytes; a key has at least ${keyBytes}`);
  return key;
}

/** The bearer token of a request; undefined if it has none. */
export function shownToken(authorization: string | undefined): string | undefined {
  return /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
}
