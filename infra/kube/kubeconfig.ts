import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { type Exec, type Identity, runExec } from "./execCredential";

/** A kubeconfig with everything inside it, made from the certificates of a kwokctl cluster. */
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

/** Where an API server is, and how it is known to be the right one. */
export interface Address {
  readonly server: string;
  /** Certificate authority, base64 of PEM. */
  readonly caData: string;
  /** Name that the server's certificate is held against; absent: the host of `server`. */
  readonly serverName?: string;
}

/** An address with a client's certificate, both parts base64 of PEM. */
export interface CertificateConnection extends Address {
  readonly certData: string;
  readonly keyData: string;
}

/**
 * Address and certificate of a kubeconfig that holds its certificate inside.
 * @throws when the user authenticates by something else: `connect` asks for that.
 */
export function connectionOf(kubeconfig: string): CertificateConnection {
  const { address, user } = currentOf(kubeconfig);
  const certData = user["client-certificate-data"];
  const keyData = user["client-key-data"];
  if (certData === undefined || keyData === undefined) {
    throw new Error(`The kubeconfig for ${address.server} holds no client certificate`);
  }
  return { ...address, certData, keyData };
}

/** Address and what to show there, whichever way the kubeconfig's user authenticates. */
export async function connect(kubeconfig: string): Promise<Address & Identity> {
  const { address, user } = currentOf(kubeconfig);
  if (user.exec !== undefined) return { ...address, ...(await runExec(user.exec)) };
  if (user.token !== undefined) return { ...address, token: user.token };
  return connectionOf(kubeconfig);
}

/** The command that a kubeconfig's user authenticates by, where it does. */
export function execOf(kubeconfig: string): Exec | undefined {
  return currentOf(kubeconfig).user.exec;
}

interface Current {
  readonly address: Address;
  readonly user: UserEntry;
}

/** By the kubeconfig's text: each request asks, and to parse one takes longer than most answers. */
const parsed = new Map<string, Current>();

/** Kubeconfigs that are kept. There are one or two for each cluster. */
const keptAtMost = 100;

function currentOf(kubeconfig: string): Current {
  const known = parsed.get(kubeconfig);
  if (known !== undefined) return known;
  if (parsed.size >= keptAtMost) parsed.clear();
  const current = currentIn(kubeconfig);
  parsed.set(kubeconfig, current);
  return current;
}

/** Cluster and user of the current context; the first of each where none is named. */
function currentIn(kubeconfig: string): Current {
  const config = parse(kubeconfig) as Kubeconfig;
  const { contexts = [], clusters, users } = config;
  const current = contexts.find(({ name }) => name === config["current-context"])?.context;
  const cluster = clusters.find(({ name }) => name === current?.cluster) ?? clusters[0];
  const user = users.find(({ name }) => name === current?.user) ?? users[0];
  if (cluster === undefined || user === undefined) {
    throw new Error("The kubeconfig has no cluster or no user");
  }
  const serverName = cluster.cluster["tls-server-name"];
  return {
    address: {
      server: cluster.cluster.server,
      caData: cluster.cluster["certificate-authority-data"],
      ...(serverName === undefined ? {} : { serverName }),
    },
    user: user.user,
  };
}
