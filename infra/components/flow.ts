import type { Labels, PlatformPlan } from "../plan/types";

/** Pods with restricted traffic. Their NetworkPolicy permits what is listed here and closes everything else. */
export interface Listener {
  /** Name of the NetworkPolicy. */
  readonly name: string;
  /** The clusters that the pods run in. */
  readonly cluster: "hub" | "region";
  /** One of the component's namespaces. */
  readonly namespace: string;
  readonly pods: Labels;
  /** Traffic into the pods. The kubelet's probes are always permitted. */
  readonly accepts: readonly Flow[];
  /** Traffic out of the pods, beside responses. Default: any. */
  readonly reaches?: readonly Destination[];
  /** Whether the pods run in an environment. Default: in each that uses the component. */
  readonly runs?: (plan: PlatformPlan) => boolean;
}

/** Traffic to one port. */
export interface Flow {
  readonly from: readonly Peer[];
  readonly to: Port;
}

export interface Port {
  /** Number, or name in the pods. */
  readonly port: number | string;
  /** Default: TCP. */
  readonly protocol?: "TCP" | "UDP";
}

/**
 * Pods at the other end.
 * namespace: those of the listener's namespace; apps: those of all apps; component: those in the namespaces of that component, by its
 * name; pods: those with labels in the listener's namespace.
 */
export type Peer =
  | { readonly kind: "namespace" | "apps" }
  | { readonly kind: "component"; readonly name: string }
  | { readonly kind: "pods"; readonly labels: Labels };

/**
 * Traffic out of pods.
 * dns: port 53 at any address, because on EKS the cluster's DNS is a service of the node, which no selector finds; pods: one port of the
 * pods with these labels.
 */
export type Destination =
  | { readonly kind: "dns" }
  | {
      readonly kind: "pods";
      readonly namespace: string;
      readonly labels: Labels;
      readonly to: Port;
    };
