import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "../instance";
import { connectionOf } from "../kubeconfig";

/** What is found where a certificate is by none of the instance's authorities. */
export const strangeAuthority = "an authority of no cluster";

/**
 * Under which cluster's authority everything in the folder of files is issued, as `Inventory.authorities` has it. What
 * cannot be read, being written at this moment or broken, is by a strange one.
 */
export function readAuthorities(instance: Instance): Record<string, string> {
  const authorities = clusterAuthorities(instance);
  const found: Record<string, string> = {};
  for (const file of filesIn(instance.filesDir)) {
    for (const [field, check] of Object.entries(checksOf(path.join(instance.filesDir, file)))) {
      found[field === "" ? file : `${file}#${field}`] = authorityOf(check, authorities);
    }
  }
  return found;
}

type Authorities = ReadonlyMap<string, X509Certificate>;

/** Whether something belongs to an authority. */
type Check = (authority: X509Certificate) => boolean;

/** Checks of what a file holds, by the field that it is in ("": the whole); none for a file without certificates. */
function checksOf(file: string): Readonly<Record<string, Check>> {
  const name = path.basename(file);
  const text = () => fs.readFileSync(file, "utf8");
  if (name === "tls.crt") return { "": (authority) => isIssuedBy(text(), authority) };
  if (name === "ca.crt") return { "": (authority) => isSame(text(), authority) };
  if (name === "kubeconfig" || name.endsWith(".kubeconfig"))
    return { "": (authority) => isKubeconfigOf(text(), authority) };
  return name === "config.json" ? checksOfConnections(file) : {};
}

/** Of each connection to an API server that a service's configuration has. */
function checksOfConnections(file: string): Readonly<Record<string, Check>> {
  try {
    const config = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, { ca?: string }>;
    const trusted = Object.entries(config).flatMap(([field, { ca }]) =>
      ca === undefined ? [] : [[field, ca] as const],
    );
    return Object.fromEntries(
      trusted.map(([field, ca]) => [field, (authority: X509Certificate) => isSame(ca, authority)]),
    );
  } catch {
    // Being written: its connections are missing for this look.
    return {};
  }
}

function authorityOf(check: Check, authorities: Authorities): string {
  for (const [cluster, authority] of authorities) {
    try {
      if (check(authority)) return cluster;
    } catch {
      // Gone, half written, or no certificate.
    }
  }
  return strangeAuthority;
}

export function isIssuedBy(certificate: string, authority: X509Certificate): boolean {
  return new X509Certificate(certificate).verify(authority.publicKey);
}

function isSame(certificate: string, authority: X509Certificate): boolean {
  return new X509Certificate(certificate).fingerprint256 === authority.fingerprint256;
}

/** Both what it trusts and what it shows. */
function isKubeconfigOf(text: string, authority: X509Certificate): boolean {
  const { caData, certData } = connectionOf(text);
  const pem = (data: string) => Buffer.from(data, "base64").toString();
  return isSame(pem(caData), authority) && isIssuedBy(pem(certData), authority);
}

function clusterAuthorities({ clustersDir }: Instance): Authorities {
  const dir = path.join(clustersDir, "clusters");
  const found = new Map<string, X509Certificate>();
  for (const cluster of entriesOf(dir)) {
    try {
      const pem = fs.readFileSync(path.join(dir, cluster, "pki", "ca.crt"));
      found.set(cluster, new X509Certificate(pem));
    } catch {
      // Not made yet.
    }
  }
  return found;
}

/** Files of services, and those beside their folders; without the front proxies', which have authorities of their own. */
function filesIn(dir: string): string[] {
  return entriesOf(dir)
    .filter((name) => name !== "front-proxy")
    .flatMap((name) => {
      const inside = entriesOf(path.join(dir, name));
      return inside.length === 0 ? [name] : inside.map((file) => path.join(name, file));
    });
}

/** Entries of a folder, sorted; none of what is no folder. */
export function entriesOf(dir: string): string[] {
  try {
    return fs.readdirSync(dir).sort();
  } catch {
    return [];
  }
}
