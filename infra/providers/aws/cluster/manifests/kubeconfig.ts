import { stringify } from "yaml";

export interface KubeconfigSettings {
  /** The cluster's name in EKS. */
  readonly eksName: string;
  readonly region: string;
  /** URL of the API server. */
  readonly endpoint: string;
  /** Certificate authority, PEM in base64, as returned by EKS. */
  readonly certificateAuthority: string;
  /** AWS profile for its tokens. Default: that of the environment at each use. */
  readonly profile?: string;
}

/** Message for a user who lacks the command. */
const installHint =
  "The AWS CLI 2 is needed for tokens of the cluster. See https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html";

/**
 * Kubeconfig without a credential: each use requests a token with the available AWS credentials.
 * Sources: Amazon EKS User Guide, "Connect kubectl to an EKS cluster by creating a kubeconfig file"; Kubernetes documentation,
 * "client-go credential plugins".
 */
export function eksKubeconfig(settings: KubeconfigSettings): string {
  const { eksName, region, endpoint, certificateAuthority, profile } = settings;
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
              ...(profile !== undefined && { env: [{ name: "AWS_PROFILE", value: profile }] }),
              // Never prompt: the engine has no terminal.
              interactiveMode: "Never",
              provideClusterInfo: false,
              installHint,
            },
          },
        },
      ],
    },
    // Line folding would keep the text the same but break searches for a line.
    { lineWidth: 0 },
  );
}
