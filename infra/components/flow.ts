import type { Labels } from "../plan/types";

/** Pods that accept traffic. Their NetworkPolicy permits what is listed here and closes everything else. */
export interface Listener {
  /** Name of the NetworkPolicy. */
  readonly name: string;
  /** The clusters that the pods run in. */
  readonly cluster: "hub" | "region";
  /** One of the component's namespaces. */
  readonly namespace: string;
  readonly pods: Labels;
  readonly accepts: readonly Flow[];
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
