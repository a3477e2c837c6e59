import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Instance } from "../instance";
import { certificateConnectionOf } from "../../../kube/kubeconfig";

/** Reported if none of the instance's authorities has issued a certificate. */
export const strangeAuthority = "an authority of no cluster";

/**
 * The cluster whose authority has issued each certificate in the folder of files, in the form of `Inventory.authorities`. A file
 * that cannot be read, because it is being written or broken, counts as issued by an unknown authority.
 */
export function readAuthorities(instance: Instance): Record<string, string> {
  const authorities = clusterAuthorities(instance);
  const known = answersUnder(authorities);
  const found: Record<string, string> = {};
  for (const file of filesIn(instance.filesDir)) {
    const read = readers[readerOf(path.basename(file))];
    if (read === undefined) continue;
    const text = textOf(path.join(instance.filesDir, file));
    const issued = known.get(text) ?? read(text, authorities);
    known.set(text, issued);
    for (const [field, cluster] of Object.entries(issued))
      found[field === "" ? file : `${file}#${field}`] = cluster;
  }
  return found;
}

type Authorities = ReadonlyMap<string, X509Certificate>;

/** Clusters by the field that contains their authority ("": the whole file). */
type Reader = (text: string, authorities: Authorities) => Readonly<Record<string, string>>;

const readers: Readonly<Partial<Record<string, Reader>>> = {
  "tls.crt": (text, authorities) => ({
    "": clusterOf(authorities, () => {
      const certificate = new X509Certificate(text);
      return (authority) => certificate.verify(authority.publicKey);
    }),
  }),
  "ca.crt": (text, authorities) => ({ "": clusterOf(authorities, () => sameAs(text)) }),
  kubeconfig: (text, authorities) => ({
    "": clusterOf(authorities, () => ofKubeconfig(text)),
  }),
  "config.json": (text, authorities) =>
    Object.fromEntries(
      connectionsOf(text).map(([field, ca]) => [field, clusterOf(authorities, () => sameAs(ca))]),
    ),
};

type Answers = Map<string, Readonly<Record<string, string>>>;

/**
 * Cached results by text, valid while the authorities are unchanged. Many services have the same kubeconfig, parsing one takes
 * milliseconds, and a command that waits polls repeatedly.
 */
let remembered: { readonly authorities: string; readonly answers: Answers } | undefined;

function answersUnder(authorities: Authorities): Answers {
  const entries = [...authorities].map(([cluster, { fingerprint256 }]) => [
    cluster,
    fingerprint256,
  ]);
  const key = JSON.stringify(entries);
  if (remembered?.authorities !== key) remembered = { authorities: key, answers: new Map() };
  return remembered.answers;
}

/** A cluster's own kubeconfig is named after it. */
function readerOf(name: string): string {
  return name.endsWith(".kubeconfig") ? "kubeconfig" : name;
}

/** @param prepare Parses the file. @returns a function that compares it with an authority. */
function clusterOf(
  authorities: Authorities,
  prepare: () => (authority: X509Certificate) => boolean,
): string {
  try {
    const belongs = prepare();
    for (const [cluster, authority] of authorities) if (belongs(authority)) return cluster;
  } catch {
    // Partly written, or not a certificate.
  }
  return strangeAuthority;
}

function sameAs(certificate: string): (authority: X509Certificate) => boolean {
  const { fingerprint256 } = new X509Certificate(certificate);
  return (authority) => authority.fingerprint256 === fingerprint256;
}

/** Matches if both the trusted authority and the client certificate of a kubeconfig match. */
function ofKubeconfig(text: string): (authority: X509Certificate) => boolean {
  const { ca, certificate } = certificateConnectionOf(text);
  const isTrusted = sameAs(ca);
  return (authority) => isTrusted(authority) && isIssuedBy(certificate, authority);
}

/** Authorities of the API servers in a service's configuration, by field. */
function connectionsOf(text: string): (readonly [string, string])[] {
  try {
    const config = JSON.parse(text) as Record<string, { ca?: string }>;
    return Object.entries(config).flatMap(([field, { ca }]) =>
      ca === undefined ? [] : [[field, ca] as const],
    );
  } catch {
    // The file is being written: this check omits its connections.
    return [];
  }
}

function textOf(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

export function isIssuedBy(certificate: string, authority: X509Certificate): boolean {
  return new X509Certificate(certificate).verify(authority.publicKey);
}

function clusterAuthorities({ clustersDir }: Instance): Authorities {
  const dir = path.join(clustersDir, "clusters");
  const found = new Map<string, X509Certificate>();
  for (const cluster of entriesOf(dir)) {
    try {
      const pem = fs.readFileSync(path.join(dir, cluster, "pki", "ca.crt"));
      found.set(cluster, new X509Certificate(pem));
    } catch {
      // Not created yet.
    }
  }
  return found;
}

/** Files in the services' folders and beside them. The front proxies' files are excluded: they have their own authorities. */
function filesIn(dir: string): string[] {
  return entriesOf(dir)
    .filter((name) => name !== "front-proxy")
    .flatMap((name) => {
      const inside = entriesOf(path.join(dir, name));
      return inside.length === 0 ? [name] : inside.map((file) => path.join(name, file));
    });
}

/** Entries of a folder, sorted; empty if it is not a folder. */
export function entriesOf(dir: string): string[] {
  try {
    return fs.readdirSync(dir).sort();
  } catch {
    return [];
  }
}
