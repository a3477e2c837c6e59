import { stringify } from "yaml";

export interface KubeconfigSettings {
  /** Name as EKS knows the cluster. */
  readonly eksName: string;
  readonly region: string;
  /** URL of the API server. */
  readonly endpoint: string;
  /** Certificate authority, PEM in base64, as EKS gives it. */
  readonly certificateAuthority: string;
}

/** What somebody reads who lacks the command. */
const installHint =
  "The AWS CLI 2 is needed for tokens of the cluster. See https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html";

/**
 * Kubeconfig that holds no credential: a token is asked for at each use, with whatever AWS credentials are there.
 * Sources: Amazon EKS User Guide, "Connect kubectl to an EKS cluster by creating a kubeconfig file"; Kubernetes documentation,
 * "client-go credential plugins".
 */
export function eksKubeconfig(settings: KubeconfigSettings): string {
  const { eksName, region, endpoint, certificateAuthority } = settings;
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": eksName,
      clusters: [
        {
          name: eksName,
          cluster: { server: endpoint, "certificate-authority-data": certificateAuthority },
        },
      ],
      contexts: [{ name: eksName, context: { cluster: eksName, user: eksName } }],
      users: [
        {
          name: eksName,
          user: {
            exec: {
              apiVersion: "client.authentication.k8s.io/v1beta1",
              command: "aws",
              args: [
                "eks",
                "get-token",
                "--cluster-name",
                eksName,
                "--region",
                region,
                "--output",
                "json",
              ],
              // Nobody may be asked anything: the engine has no terminal.
              interactiveMode: "Never",
              provideClusterInfo: false,
              installHint,
            },
          },
        },
      ],
    },
    // A line that is folded would still be the same text, but not the same line to search for.
    { lineWidth: 0 },
  );
}
