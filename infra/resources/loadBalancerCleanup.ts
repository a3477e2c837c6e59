import * as pulumi from "@pulumi/pulumi";

export interface ClearanceArgs {
  /** Kubeconfig of the cluster. Secret. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Name of the cluster, for messages. */
  readonly clusterName: string;
  /** Time limit for controllers to delete their objects, in seconds. Default: 900, because an AWS load balancer takes minutes. */
  readonly timeoutSeconds?: number;
  /** Time after which a cluster that does not respond counts as unreachable, in seconds. Default: 120. */
  readonly unreachableSeconds?: number;
  /** Whether a cluster that never responds counts as cleaned up. Default: false. */
  readonly goneIsFine?: boolean;
}

/**
 * Deletes, before a cluster is deleted, the objects that its controllers created outside the state: see the handler of the same
 * name. It depends on the cluster and on everything that controllers need to work (nodes, permissions, network); the region's
 * membership depends on it. It is never `deletedWith` the cluster, because it would then be skipped exactly when it is needed.
 */
export class LoadBalancerCleanup extends pulumi.CustomResource {
  constructor(name: string, args: ClearanceArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "meridian:index:Clearance",
      name,
      {
        kubeconfig: pulumi.secret(args.kubeconfig),
        clusterName: args.clusterName,
        timeoutSeconds: args.timeoutSeconds ?? 900,
        unreachableSeconds: args.unreachableSeconds ?? 120,
        goneIsFine: args.goneIsFine ?? false,
      },
      // The engine's timeout exceeds the handler's, which reports the remaining objects.
      { ...opts, customTimeouts: { delete: "30m" } },
    );
  }
}
