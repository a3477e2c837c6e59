import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { RegionPlan } from "../plan/types";

/**
 * A running Kubernetes API server, independent of its provider. The code that deploys to the clusters (federation, delivery,
 * policies) depends on this interface and on no provider.
 */
export interface Cluster {
  readonly name: string;
  /** The engine's provider for it. */
  readonly provider: k8s.Provider;
  /** Kubeconfig of an administrator. Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** URL of the API server. */
  readonly server: pulumi.Output<string>;
  /** Its certificate authority, PEM. */
  readonly ca: pulumi.Output<string>;
  /** The resource of the cluster: everything on it is deleted with it. */
  readonly resource: pulumi.Resource;
}

/** A region's cluster with its nodes. */
export interface Region extends Cluster {
  readonly plan: RegionPlan;
  /** Resources that must exist before it joins the federation. */
  readonly ready: readonly pulumi.Resource[];
}

/** The foundation that a provider creates: clusters, with the control planes of federation and delivery running. */
export interface Foundation {
  readonly hub: Cluster;
  /** Karmada's API server. `provider` may be used once `federationReady` exists. */
  readonly federation: Cluster;
  readonly federationReady: readonly pulumi.Resource[];
  readonly regions: readonly Region[];
  /** Argo CD's custom resources exist on the hub. */
  readonly deliveryReady: readonly pulumi.Resource[];
  /** URL at which Argo CD reaches the federation. Default: the federation's own. */
  readonly federationForDelivery?: string;
  /**
   * Starts Argo CD, if it is not running yet.
   * @param parent Component that owns its settings.
   * @param target Argo CD's cluster entry of the federation, which Argo CD reads at startup.
   * @returns the resources that Applications depend on, in addition to the target.
   */
  startDelivery(parent: pulumi.Resource, target: pulumi.Resource): readonly pulumi.Resource[];
  /**
   * Whether apps are delivered only after all regions have joined. Otherwise regions that already run apps, as after a move of the
   * hub, would receive too many of the replicas and then lose some again. Default: false, because a first `up` is faster without
   * it.
   */
  readonly deliversToWholeFederation?: boolean;
  /** Git URL of the repository that is delivered. */
  readonly repository: string;
  /** Stack outputs of the provider, in addition to those of every stack. Default: none. */
  readonly outputs?: Readonly<Record<string, pulumi.Input<unknown>>>;
}
