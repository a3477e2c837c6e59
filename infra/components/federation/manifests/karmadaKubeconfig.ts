import { parse, stringify } from "yaml";

/**
 * A DNS name in the certificate of Karmada's API server: the first of the chart's `certs.auto.hosts`. Clients verify it at any
 * address of the server.
 */
export const karmadaServerName = "kubernetes.default.svc";

interface Kubeconfig {
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
}

/**
 * Converts the kubeconfig that Karmada's chart wrote for use within the hub to one for use from outside.
 * @param kubeconfig As in the Secret, base64.
 * @param host Host name of the API server for clients outside the hub.
 */
export function outsideKubeconfig(kubeconfig: string, host: string, port: number): string {
  const config = read(kubeconfig);
  return stringify({
    ...config,
    clusters: config.clusters.map(({ name, cluster }) => ({
      name,
      cluster: {
        ...cluster,
        server: `https://${host}:${port}`,
        "tls-server-name": karmadaServerName,
      },
    })),
  });
}

/** The CA of the same kubeconfig, PEM. */
export function authorityOf(kubeconfig: string): string {
  const data = read(kubeconfig).clusters[0]?.cluster["certificate-authority-data"];
  if (data === undefined) throw new Error("Karmada's kubeconfig names no authority.");
  return Buffer.from(data, "base64").toString("utf8");
}

function read(kubeconfig: string): Kubeconfig {
  return parse(Buffer.from(kubeconfig, "base64").toString("utf8")) as Kubeconfig;
}
