import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { RegionPlan } from "../plan/types";

/**
 * A running Kubernetes API server, whoever provides it. What stands on the clusters (federation,
 * delivery, policies) knows this and nothing of the provider.
 */
export interface Cluster {
  readonly name: string;
  /** The engine's connection to it. */
  readonly provider: k8s.Provider;
  /** Kubeconfig of an administrator. Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** URL of the API server. */
  readonly server: pulumi.Output<string>;
  /** Its certificate authority, PEM. */
  readonly ca: pulumi.Output<string>;
  /** The resource that is the cluster: what stands on it goes with it. */
  readonly resource: pulumi.Resource;
}

/** A region's cluster with its nodes. */
export interface Region extends Cluster {
  readonly plan: RegionPlan;
  /** What has to be there before it joins the federation. */
  readonly ready: readonly pulumi.Resource[];
}

/** What a provider lays: clusters with the control planes of federation and delivery running. */
export interface Foundation {
  readonly hub: Cluster;
  /** Karmada's API server. `provider` may be used once `federationReady` is there. */
  readonly federation: Cluster;
  readonly federationReady: readonly pulumi.Resource[];
  readonly regions: readonly Region[];
  /** Argo CD's custom resources exist on the hub. */
  readonly deliveryReady: readonly pulumi.Resource[];
  /** URL at which Argo CD reaches the federation. Default: the federation's own. */
  readonly federationForDelivery?: string;
  /**
   * Starts Argo CD, where it does not run yet.
   * @param parent Component to which its settings belong.
   * @param target The federation's place in Argo CD, which it reads as it starts.
   * @returns what Applications wait for, beside the target.
   */
  startDelivery(parent: pulumi.Resource, target: pulumi.Resource): readonly pulumi.Resource[];
  /**
   * Whether no app is brought before every region has joined. Regions where apps run already, as after a move of the hub, would
   * be given too many of their replicas, and lose some again. Default: false, as a first `up` is sooner done without.
   */
  readonly deliversToWholeFederation?: boolean;
  /** Git URL of the repository that is delivered. */
  readonly repository: string;
  /** What the stack says of it, beside what every stack does. Default: nothing. */
  readonly outputs?: Readonly<Record<string, pulumi.Input<unknown>>>;
}
