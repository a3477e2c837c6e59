import type { Manifest } from "../types";

/** Tag by which Auto Mode knows what it may touch. */
export const clusterTag = "eks:eks-cluster-name";

/** @typeParam Text how values are given that only AWS knows: a string, or one that is still to come. */
export interface BindingSettings<Text = string> {
  readonly name: string;
  /** Of the Service. */
  readonly namespace: string;
  readonly service: string;
  /** Number or name of the Service's port. */
  readonly port: number | string;
  readonly targetGroupArn: Text;
}

export interface TargetGroupBindingSpec<Text = string> {
  readonly serviceRef: { readonly name: string; readonly port: number | string };
  readonly targetGroupARN: Text;
  readonly targetType: "ip";
}

/**
 * Has EKS Auto Mode's controller keep the ready pods of a Service in a target group that the program made.
 *
 * It says nothing of `networking`: the controller would write rules into the cluster's security group, which no state
 * knows, and refuse to go on where the program's own rule is there already.
 */
export function targetGroupBinding<Text>(
  settings: BindingSettings<Text>,
): Manifest<TargetGroupBindingSpec<Text>> {
  const { name, namespace, service, port, targetGroupArn } = settings;
  return {
    apiVersion: "eks.amazonaws.com/v1",
    kind: "TargetGroupBinding",
    metadata: { name, namespace },
    spec: {
      serviceRef: { name: service, port },
      targetGroupARN: targetGroupArn,
      targetType: "ip",
    },
  };
}
