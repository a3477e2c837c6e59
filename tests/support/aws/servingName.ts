import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as x509 from "@peculiar/x509";
import { writePrivate } from "../../../infra/providers/local/instance";

x509.cryptoProvider.set(webcrypto as never);

/**
 * Gives the API server of a kwokctl cluster a further name: its certificate is issued again with the same key and
 * by the same authority. The server reads it anew by itself.
 * @param pki Folder with `ca.crt`, `ca.key`, `admin.crt` and `admin.key`.
 */
export async function addServingName(pki: string, name: string): Promise<void> {
  const text = (file: string) => fs.readFileSync(path.join(pki, file), "utf8");
  const old = new x509.X509Certificate(text("admin.crt"));
  const authority = new x509.X509Certificate(text("ca.crt"));
  const extensions = old.extensions.map((extension) =>
    extension instanceof x509.SubjectAlternativeNameExtension
      ? new x509.SubjectAlternativeNameExtension([
          ...extension.names.toJSON(),
          { type: "dns", value: name },
        ])
      : extension,
  );
  const algorithm = algorithmOf(text("ca.key"));
  const renewed = await x509.X509CertificateGenerator.create({
    serialNumber: `${old.serialNumber}01`,
    subject: old.subject,
    issuer: authority.subject,
    notBefore: old.notBefore,
    notAfter: old.notAfter,
    publicKey: old.publicKey,
    signingKey: (await webcrypto.subtle.importKey(
      "pkcs8",
      createPrivateKey(text("ca.key")).export({ type: "pkcs8", format: "der" }),
      algorithm,
      false,
      ["sign"],
    )) as never,
    signingAlgorithm: algorithm,
    extensions,
  });
  writePrivate(path.join(pki, "admin.crt"), `${renewed.toString("pem")}\n`);
}

function algorithmOf(key: string) {
  return createPrivateKey(key).asymmetricKeyType === "ec"
    ? { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }
    : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
}
