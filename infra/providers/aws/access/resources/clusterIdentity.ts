import * as eks from "@pulumi/aws/eks";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { podTrust, roleName } from "../clusterRole";
import { type PolicyDocument, printPolicy } from "../policy";
import type { EksRegionOutputs } from "../../resources/types";

export interface PodIdentityArgs {
  readonly cluster: Pick<EksRegionOutputs, "eksName" | "resource">;
  readonly namespace: string;
  /** Pods with this service account assume the role. It need not exist yet. */
  readonly serviceAccount: string;
  /** All permissions of the pods. */
  readonly policy: pulumi.Input<PolicyDocument>;
}

/**
 * An IAM role for the pods of one service account, through EKS Pod Identity. Pods that start before it is `ready` have no
 * credentials until they are restarted.
 */
export class PodIdentity extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;
  /** Resources that the pods depend on. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: PodIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:PodIdentity", name, {}, opts);
    const { cluster, namespace, serviceAccount } = args;
    const role = new iam.Role(
      name,
      {
        name: roleName(cluster.eksName, namespace, serviceAccount),
        description: `Pods of ${namespace}/${serviceAccount} in ${cluster.eksName}`,
        assumeRolePolicy: printPolicy(podTrust(cluster.eksName, namespace, serviceAccount)),
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      name,
      { role: role.name, policy: pulumi.output(args.policy).apply(printPolicy) },
      { parent: this },
    );
    const association = new eks.PodIdentityAssociation(
      name,
      { clusterName: cluster.eksName, namespace, serviceAccount, roleArn: role.arn },
      { parent: this, deletedWith: cluster.resource, dependsOn: [policy, cluster.resource] },
    );
    this.roleArn = role.arn;
    this.ready = [association];
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
