import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as x509 from "@peculiar/x509";

const ec = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const rsa = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

/** Writes a cluster's authority and its administrator's certificate, as kwokctl lays them out. */
export async function writePki(dir: string, kind: "ec" | "rsa" = "ec"): Promise<void> {
  x509.cryptoProvider.set(webcrypto as never);
  const algorithm = kind === "ec" ? ec : rsa;
  const authority = await keysOf(algorithm);
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=test-ca",
    keys: authority as never,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  const admin = await keysOf(ec);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=admin",
    issuer: ca.subject,
    publicKey: admin.publicKey as never,
    signingKey: authority.privateKey as never,
    signingAlgorithm: algorithm,
    extensions: [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])],
  });
  fs.mkdirSync(dir, { recursive: true });
  const write = (name: string, text: string) => fs.writeFileSync(path.join(dir, name), text);
  write("ca.crt", ca.toString("pem"));
  // Kubernetes' tools write the older, key-specific form.
  write("ca.key", await pemOf(authority.privateKey, kind === "ec" ? "sec1" : "pkcs1"));
  write("admin.crt", certificate.toString("pem"));
  write("admin.key", await pemOf(admin.privateKey, "pkcs8"));
}

async function keysOf(algorithm: typeof ec | typeof rsa): Promise<webcrypto.CryptoKeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  return keys;
}

async function pemOf(key: webcrypto.CryptoKey, type: "sec1" | "pkcs1" | "pkcs8"): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  const made = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return made.export({ type: type, format: "pem" }).toString();
}
