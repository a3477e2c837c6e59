import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyRule } from "../manifests/types";
import type { Cluster } from "./foundation";

export interface IdentityArgs {
  readonly cluster: Pick<Cluster, "provider" | "resource">;
  /** Name of the account and of its role, e.g. "dataplane". */
  readonly account: string;
  /** All its permissions. */
  readonly rules: readonly PolicyRule[];
}

/**
 * Creates an account, with its own permissions, for a process outside the cluster.
 * @returns its token. Secret.
 */
export function createIdentity(
  name: string,
  { cluster, account, rules }: IdentityArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const opts = { parent, provider: cluster.provider, deletedWith: cluster.resource };
  const metadata = { name: `meridian-${account}`, namespace: "kube-system" };
  const serviceAccount = new k8s.core.v1.ServiceAccount(
    name,
    { metadata, automountServiceAccountToken: false },
    opts,
  );
  const role = new k8s.rbac.v1.ClusterRole(
    name,
    { metadata: { name: `meridian:${account}` }, rules: rules as never },
    opts,
  );
  const binding = new k8s.rbac.v1.ClusterRoleBinding(
    name,
    {
      metadata: { name: `meridian:${account}` },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: role.metadata.name,
      },
      subjects: [{ kind: "ServiceAccount", ...metadata }],
    },
    opts,
  );
  const token = new k8s.core.v1.Secret(
    `${name}-token`,
    {
      metadata: {
        name: `meridian-${account}-token`,
        namespace: metadata.namespace,
        annotations: { "kubernetes.io/service-account.name": metadata.name },
      },
      type: "kubernetes.io/service-account-token",
    },
    { ...opts, dependsOn: [serviceAccount, binding] },
  );
  return pulumi.secret(token.data["token"] as pulumi.Output<string>).apply(fromBase64);
}

function fromBase64(text: string): string {
  return Buffer.from(text, "base64").toString("utf8");
}
