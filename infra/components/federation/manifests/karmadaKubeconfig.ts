import { parse, stringify } from "yaml";

/**
 * A name in the certificate of Karmada's API server that is no address: the chart's `certs.auto.hosts`
 * begin with it. Clients check it, whatever address they reach the server at.
 */
export const karmadaServerName = "kubernetes.default.svc";

interface Kubeconfig {
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
}

/**
 * The kubeconfig that Karmada's chart wrote for use within the hub, for use from outside.
 * @param kubeconfig As in the Secret, base64.
 * @param host Where the API server is reached from outside.
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

/** The authority of the same kubeconfig, PEM. */
export function authorityOf(kubeconfig: string): string {
  const data = read(kubeconfig).clusters[0]?.cluster["certificate-authority-data"];
  if (data === undefined) throw new Error("Karmada's kubeconfig names no authority.");
  return Buffer.from(data, "base64").toString("utf8");
}

function read(kubeconfig: string): Kubeconfig {
  return parse(Buffer.from(kubeconfig, "base64").toString("utf8")) as Kubeconfig;
}
