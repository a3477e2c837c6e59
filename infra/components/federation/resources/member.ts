import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { memberNamespace as namespace, memberSecretsNamespace } from "../component";
import {
  memberAccount as account,
  memberAdmission,
  memberAdmissionBinding,
  memberRules,
} from "../manifests/member";
import type { Cluster, Region } from "../../../resources/foundation";

export interface FederationMemberArgs {
  readonly region: Region;
  readonly federation: Cluster;
  /** Provider name in Karmada, e.g. "local". */
  readonly provider: string;
  /** Resources that have to exist before the region joins. */
  readonly federationReady: readonly pulumi.Resource[];
}

/** A region as a member of the federation: an identity with least privileges in it, and its membership in Karmada. */
export class FederationMember extends pulumi.ComponentResource {
  /** The resource after which it has joined. */
  readonly membership: pulumi.Resource;

  constructor(name: string, args: FederationMemberArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:platform:FederationMember", name, {}, opts);
    const token = this.createIdentity(name, args.region);
    const secret = this.createSecret(name, args, token);
    this.membership = new Membership(name, args, secret, {
      parent: this,
      dependsOn: [secret, ...args.federationReady],
      deletedWith: args.federation.resource,
    });
    this.registerOutputs({});
  }

  /** Service account, permissions and token in the member. */
  private createIdentity(name: string, region: Region): pulumi.Output<string> {
    const opts = { parent: this, provider: region.provider, deletedWith: region.resource };
    const space = new k8s.core.v1.Namespace(
      `${name}-${namespace}`,
      { metadata: { name: namespace } },
      opts,
    );
    const serviceAccount = new k8s.core.v1.ServiceAccount(
      `${name}-${account}`,
      { metadata: { name: account, namespace }, automountServiceAccountToken: false },
      { ...opts, dependsOn: [space] },
    );
    const role = new k8s.rbac.v1.ClusterRole(
      `${name}-${account}`,
      { metadata: { name: "meridian:karmada-member" }, rules: memberRules as never },
      opts,
    );
    const binding = new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-${account}`,
      {
        metadata: { name: "meridian:karmada-member" },
        roleRef: {
          apiGroup: "rbac.authorization.k8s.io",
          kind: "ClusterRole",
          name: role.metadata.name,
        },
        subjects: [{ kind: "ServiceAccount", name: account, namespace }],
      },
      opts,
    );
    const admission = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
      `${name}-${account}`,
      memberAdmission as never,
      opts,
    );
    const inForce = new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
      `${name}-${account}`,
      memberAdmissionBinding as never,
      { ...opts, dependsOn: [admission] },
    );
    const token = new k8s.core.v1.Secret(
      `${name}-${account}-token`,
      {
        metadata: {
          name: `${account}-token`,
          namespace,
          annotations: { "kubernetes.io/service-account.name": account },
        },
        type: "kubernetes.io/service-account-token",
      },
      { ...opts, dependsOn: [serviceAccount, binding, inForce] },
    );
    return pulumi.secret(token.data["token"] as pulumi.Output<string>);
  }

  /** Token and CA, in the Secret that Karmada reads. */
  private createSecret(
    name: string,
    args: FederationMemberArgs,
    token: pulumi.Output<string>,
  ): k8s.core.v1.Secret {
    return new k8s.core.v1.Secret(
      `${name}-credentials`,
      {
        metadata: { name, namespace: memberSecretsNamespace },
        data: { token, caBundle: args.region.ca.apply(base64) },
      },
      {
        parent: this,
        provider: args.federation.provider,
        deletedWith: args.federation.resource,
        dependsOn: [...args.federationReady],
      },
    );
  }
}

/** Joining, rebalancing and draining: see the handler of the same name. */
class Membership extends pulumi.CustomResource {
  constructor(
    name: string,
    args: FederationMemberArgs,
    secret: k8s.core.v1.Secret,
    opts: pulumi.CustomResourceOptions,
  ) {
    const { region, federation, provider } = args;
    super(
      "meridian:index:Membership",
      name,
      {
        kubeconfig: federation.kubeconfig,
        name,
        region: region.plan.name,
        zones: region.plan.zones.map((zone) => zone.name),
        provider,
        server: region.server,
        labels: region.plan.labels,
        weight: region.plan.weight,
        secret: { namespace: secret.metadata.namespace, name: secret.metadata.name },
      },
      opts,
    );
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
