import { createHash } from "node:crypto";

/**
 * A fingerprint that identifies a certificate authority and is short enough to be an input. Each certificate that the authority
 * issues has it as an input, so that a change of the authority issues the certificate again.
 * @param certificate The authority's certificate, PEM.
 */
export function authorityFingerprint(certificate: string): string {
  return createHash("sha256").update(certificate.trim()).digest("hex").slice(0, 32);
}
