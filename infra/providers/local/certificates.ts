import { createPrivateKey, randomBytes, webcrypto } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Extension, X509Certificate } from "@peculiar/x509";
import { writePrivate } from "./instance";

/** Loaded on first use: loading it takes longer than everything else in a run that issues no certificate. */
function library(): typeof import("@peculiar/x509") {
  require("reflect-metadata");
  const loaded = require("@peculiar/x509") as typeof import("@peculiar/x509");
  loaded.cryptoProvider.set(webcrypto as never);
  return loaded;
}

const keyAlgorithm = { name: "ECDSA", namedCurve: "P-256" };
const signing = { ...keyAlgorithm, hash: "SHA-256" };

/** Certificates are valid for ten years, because nothing renews them. Replacing its resource issues a new one. */
const validityYears = 10;

interface Authority {
  readonly certificate: X509Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** Certificate and private key, PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/**
 * A serving certificate, signed by a cluster's own authority.
 * @param pkiDir Folder with `ca.crt` and `ca.key`.
 * @param hosts DNS names and IP addresses that clients use.
 */
export async function issueServing(
  pkiDir: string,
  name: string,
  hosts: string[],
): Promise<KeyPair> {
  return issue(await loadAuthority(pkiDir), name, serving(hosts));
}

/**
 * A serving certificate, signed by its own authority. The authority's key is discarded, so it signs no other certificate.
 * @param hosts As for `issueServing`.
 * @param mutual Whether the server's clients authenticate with the same certificate: the server then accepts only its holders.
 */
export async function issueAlone(
  name: string,
  hosts: readonly string[],
  mutual = false,
): Promise<KeyPair & { readonly authority: string }> {
  const authority = await newAuthority(`${name}-ca`);
  const pair = await issue(authority, name, serving(hosts, mutual));
  return { ...pair, authority: authority.certificate.toString("pem") };
}

/** A new authority. Its key signs certificates with `issueFrom`. */
export async function createAuthority(name: string): Promise<KeyPair> {
  const { certificate, key } = await newAuthority(name);
  return { certificate: certificate.toString("pem"), key: await exported(key) };
}

/**
 * A certificate for both sides of mutual TLS.
 * @param authority See `createAuthority`.
 * @param hosts As for `issueServing`. Without hosts it is a client's.
 */
export async function issueFrom(
  authority: KeyPair,
  name: string,
  hosts: readonly string[],
): Promise<KeyPair> {
  const x509 = library();
  const certificate = new x509.X509Certificate(authority.certificate);
  const key = await importedKey(authority.key);
  const client = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]);
  return issue({ certificate, key }, name, hosts.length > 0 ? serving(hosts, true) : [client]);
}

function serving(hosts: readonly string[], mutual = false): Extension[] {
  const x509 = library();
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const names = hosts.map((host) => ({
    type: /^[\d.]+$/.test(host) ? ("ip" as const) : ("dns" as const),
    value: host,
  }));
  return [
    new x509.SubjectAlternativeNameExtension(names),
    new x509.ExtendedKeyUsageExtension(mutual ? [serverAuth, clientAuth] : [serverAuth]),
  ];
}

/**
 * The front-proxy authority of an API server that forwards requests to other API servers, and its client certificate. Kubernetes
 * requires a separate authority: with the cluster's authority, every client certificate of the cluster could impersonate any
 * user.
 * @returns the API server's flags, without dashes.
 */
export async function issueFrontProxy(dir: string): Promise<Record<string, string>> {
  const x509 = library();
  const file = (name: string) => path.join(dir, name);
  if (!fs.existsSync(file("client.crt"))) {
    const authority = await newAuthority("front-proxy-ca");
    const client = await issue(authority, "front-proxy-client", [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    ]);
    writePrivate(file("ca.crt"), authority.certificate.toString("pem"));
    writePrivate(file("client.key"), client.key);
    writePrivate(file("client.crt"), client.certificate);
  }
  return {
    "requestheader-client-ca-file": file("ca.crt"),
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-username-headers": "X-Remote-User",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "proxy-client-cert-file": file("client.crt"),
    "proxy-client-key-file": file("client.key"),
  };
}

async function newAuthority(name: string): Promise<Authority> {
  const x509 = library();
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    serialNumber: randomBytes(8).toString("hex"),
    name: `CN=${name}`,
    keys: keys as never,
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
    ],
  });
  return { certificate, key: keys.privateKey };
}

async function loadAuthority(pkiDir: string): Promise<Authority> {
  const x509 = library();
  const certificate = new x509.X509Certificate(
    fs.readFileSync(path.join(pkiDir, "ca.crt"), "utf8"),
  );
  const key = await importedKey(fs.readFileSync(path.join(pkiDir, "ca.key")));
  return { certificate, key };
}

async function importedKey(pem: string | Buffer): Promise<webcrypto.CryptoKey> {
  const key = createPrivateKey(pem);
  const algorithm =
    key.asymmetricKeyType === "ec" ? signing : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const der = key.export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

async function exported(privateKey: webcrypto.CryptoKey): Promise<string> {
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", privateKey));
  return createPrivateKey({ key, format: "der", type: "pkcs8" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();
}

async function issue(
  authority: Authority,
  name: string,
  extensions: Extension[],
): Promise<KeyPair> {
  const x509 = library();
  const keys = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    serialNumber: randomBytes(8).toString("hex"),
    subject: `CN=${name}`,
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey as never,
    signingKey: authority.key as never,
    signingAlgorithm: authority.key.algorithm.name === "ECDSA" ? signing : authority.key.algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ...extensions,
    ],
  });
  return {
    certificate: certificate.toString("pem"),
    key: await exported(keys.privateKey),
  };
}

function validity() {
  const notBefore = new Date(Date.now() - 60_000);
  const notAfter = new Date(notBefore);
  notAfter.setFullYear(notAfter.getFullYear() + validityYears);
  return { notBefore, notAfter };
}
