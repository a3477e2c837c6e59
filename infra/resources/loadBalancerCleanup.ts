import * as pulumi from "@pulumi/pulumi";

export interface ClearanceArgs {
  /** Kubeconfig of the cluster. Secret. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Name of the cluster, for messages. */
  readonly clusterName: string;
  /** How long controllers may take to remove what they made, in seconds. Default: 900, as a load balancer of AWS takes minutes. */
  readonly timeoutSeconds?: number;
  /** How long the cluster may fail to answer until that counts, in seconds. Default: 120. */
  readonly unreachableSeconds?: number;
  /** Whether a cluster that never answers counts as cleared. Default: false. */
  readonly goneIsFine?: boolean;
}

/**
 * Clears a cluster before it is deleted of what its controllers made outside of the state: see the handler
 * of the same name. It depends on the cluster and on all that controllers need to work (nodes, rights,
 * network); the region's membership depends on it. It is never `deletedWith` the cluster: then it would
 * be passed over exactly when it is needed.
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
      // The engine's own limit is past the handler's, which says what is left.
      { ...opts, customTimeouts: { delete: "30m" } },
    );
  }
}
