import * as pulumi from "@pulumi/pulumi";
import type { RegionPlan } from "../../../plan/types";
import type { Region } from "../../../resources/foundation";
import { toolPath } from "../../../../toolchain";
import { ManifestBundle } from "../../../resources/manifestBundle";
import { LocalCluster } from "./cluster";
import type { LocalContext } from "./types";

export interface LocalRegionArgs {
  readonly context: LocalContext;
  readonly plan: RegionPlan;
}

/** The nodes of a region, as one resource: one resource for each of thousands of nodes would be slow. */
class NodePool extends pulumi.CustomResource {
  constructor(
    name: string,
    inputs: { kubeconfig: pulumi.Input<string>; plan: RegionPlan },
    opts: pulumi.CustomResourceOptions,
  ) {
    const { kubeconfig, plan } = inputs;
    super(
      "meridian:local:NodePool",
      name,
      { kubeconfig, region: plan.name, nodes: plan.nodes },
      opts,
    );
  }
}

/** A region on this machine: its own control plane and simulated nodes in its zones. */
export class LocalRegion extends LocalCluster implements Region {
  readonly plan: RegionPlan;
  readonly ready: pulumi.Resource[];
  /** The CustomResourceDefinitions of Argo Rollouts. */
  readonly rolloutKinds: pulumi.Resource;

  constructor(name: string, args: LocalRegionArgs, opts?: pulumi.ComponentResourceOptions) {
    const { context, plan } = args;
    super(
      name,
      {
        context,
        clusterName: plan.clusterName,
        network: plan.network,
        checksReferences: true,
        // The simulator acts as the nodes. Without this plugin, each could change the pods of all the others.
        extraArgs: { "kube-apiserver": { "enable-admission-plugins": "NodeRestriction" } },
      },
      opts,
    );
    this.plan = plan;
    // Before the region joins: Karmada propagates a kind only to clusters that have it.
    const crds = new ManifestBundle(
      `${name}-traefik-crds`,
      { kubeconfig: this.kubeconfig, folder: toolPath("traefik-crds") },
      { parent: this },
    );
    const rollouts = new ManifestBundle(
      `${name}-rollouts-crds`,
      { kubeconfig: this.kubeconfig, folder: toolPath("argo-rollouts-crds") },
      { parent: this },
    );
    this.rolloutKinds = rollouts;
    this.ready = [crds, rollouts];
    new NodePool(name, { kubeconfig: this.kubeconfig, plan }, { parent: this });
  }
}
