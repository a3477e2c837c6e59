/** IPv4 ranges as numbers, with the operations that checks, comparisons and subdivision need. */

/** An IPv4 range; `base` is its first address as an unsigned 32-bit number. */
export interface Range {
  readonly base: number;
  /** Prefix length, 0 to 32. */
  readonly prefix: number;
}

/** Parses "10.16.0.0/16". Undefined for any other format. Host bits are preserved, see `network`. */
export function parseCidr(text: string): Range | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((byte) => byte > 255) || prefix > 32) return undefined;
  // Multiplication, not shifts: JavaScript's shifts are signed.
  return { base: a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d, prefix };
}

/** The inverse of `parseCidr`. */
export function formatCidr(range: Range): string {
  const bytes = [24, 16, 8, 0].map((bits) => Math.floor(range.base / 2 ** bits) % 256);
  return `${bytes.join(".")}/${range.prefix}`;
}

/** Number of addresses in the range. */
export function size(range: Range): number {
  return 2 ** (32 - range.prefix);
}

/** The same range with its host bits cleared: 10.1.2.3/16 becomes 10.1.0.0/16. */
export function network(range: Range): Range {
  return { base: range.base - (range.base % size(range)), prefix: range.prefix };
}

/** Whether the two ranges have an address in common. */
export function overlap(one: Range, other: Range): boolean {
  return one.base < other.base + size(other) && other.base < one.base + size(one);
}

/** Whether all of `inner` lies in `outer`. */
export function contains(outer: Range, inner: Range): boolean {
  return inner.base >= outer.base && inner.base + size(inner) <= outer.base + size(outer);
}

/** Ranges from which no request arrives over the internet (IANA's special-purpose registry, without the ranges of documentation). */
export const reservedRanges: readonly string[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
];

/** The reserved range that overlaps this one, if any. */
export function reservedRange(range: Range): string | undefined {
  return reservedRanges.find((reserved) => {
    const parsed = parseCidr(reserved);
    return parsed !== undefined && overlap(parsed, range);
  });
}

/** The ranges of RFC 1918. */
export const privateRanges: readonly Range[] = [
  { base: 10 * 2 ** 24, prefix: 8 },
  { base: 172 * 2 ** 24 + 16 * 2 ** 16, prefix: 12 },
  { base: 192 * 2 ** 24 + 168 * 2 ** 16, prefix: 16 },
];
