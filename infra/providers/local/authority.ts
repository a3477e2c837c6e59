import { createHash } from "node:crypto";

/**
 * What tells one certificate authority from another, short enough to be an input: whatever is issued by an authority
 * has it, and is issued again when it changes.
 * @param certificate The authority's, PEM.
 */
export function authorityFingerprint(certificate: string): string {
  return createHash("sha256").update(certificate.trim()).digest("hex").slice(0, 32);
}
