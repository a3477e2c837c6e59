import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { ApiConnection, ApiServer, CertificateConnection } from "./connection";
import { type Exec, forgetExec, runExec } from "./execCredential";

/** A self-contained kubeconfig, from the certificates of a kwokctl cluster. */
export function kubeconfigOf(clusterName: string, server: string, pkiDir: string): string {
  const data = (file: string) => fs.readFileSync(path.join(pkiDir, file)).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": clusterName,
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    clusters: [
      { name: clusterName, cluster: { server, "certificate-authority-data": data("ca.crt") } },
    ],
    users: [
      {
        name: clusterName,
        user: {
          "client-certificate-data": data("admin.crt"),
          "client-key-data": data("admin.key"),
        },
      },
    ],
  });
}

/**
 * One kubeconfig with a context for each of several, named as given.
 * @param configs Kubeconfigs by the name of their context.
 * @param current The current context.
 */
export function mergeKubeconfigs(
  configs: Readonly<Record<string, string>>,
  current: string,
): string {
  const entries = Object.entries(configs).map(([name, text]) => {
    const { contexts = [], clusters, users, ...config } = parse(text) as Kubeconfig;
    const { context } = contexts.find((one) => one.name === config["current-context"]) ?? {};
    const cluster = clusters.find((one) => one.name === context?.cluster)?.cluster;
    const user = users.find((one) => one.name === context?.user)?.user;
    return { name, cluster, user };
  });
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": current,
    contexts: entries.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    clusters: entries.map(({ name, cluster }) => ({ name, cluster })),
    users: entries.map(({ name, user }) => ({ name, user })),
  });
}

interface ClusterEntry {
  readonly server: string;
  readonly "certificate-authority-data": string;
  readonly "tls-server-name"?: string;
}

interface UserEntry {
  readonly "client-certificate-data"?: string;
  readonly "client-key-data"?: string;
  readonly token?: string;
  readonly exec?: Exec;
}

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string; user: string } }[];
  readonly clusters: readonly { name?: string; cluster: ClusterEntry }[];
  readonly users: readonly { name?: string; user: UserEntry }[];
}

/** Server and credentials of a kubeconfig's current context, whichever way its user authenticates. */
export function connectionOf(kubeconfig: string): ApiConnection {
  const { server, user } = currentOf(kubeconfig);
  const { exec, token } = user;
  if (exec !== undefined) {
    const credentials = { get: () => runExec(exec), invalidate: () => forgetExec(exec) };
    return { ...server, credentials };
  }
  if (token !== undefined) return { ...server, token };
  return certificateConnectionOf(kubeconfig);
}

/** As `connectionOf`, for a kubeconfig that contains a client certificate. @throws if its user authenticates by other means. */
export function certificateConnectionOf(kubeconfig: string): CertificateConnection {
  const { server, user } = currentOf(kubeconfig);
  const certificate = user["client-certificate-data"];
  const key = user["client-key-data"];
  if (certificate === undefined || key === undefined)
    throw new Error(`The kubeconfig for ${server.server} holds no client certificate`);
  return { ...server, certificate: decode(certificate), key: decode(key) };
}

/** Cluster and user of the current context; the first of each if none is named. */
function currentOf(kubeconfig: string): { readonly server: ApiServer; readonly user: UserEntry } {
  const config = parse(kubeconfig) as Kubeconfig;
  const { contexts = [], clusters, users } = config;
  const current = contexts.find(({ name }) => name === config["current-context"])?.context;
  const cluster = (clusters.find(({ name }) => name === current?.cluster) ?? clusters[0])?.cluster;
  const user = (users.find(({ name }) => name === current?.user) ?? users[0])?.user;
  if (cluster === undefined || user === undefined)
    throw new Error("The kubeconfig has no cluster or no user");
  const serverName = cluster["tls-server-name"];
  return {
    server: {
      server: cluster.server,
      ca: decode(cluster["certificate-authority-data"]),
      ...(serverName !== undefined && { serverName }),
    },
    user,
  };
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
