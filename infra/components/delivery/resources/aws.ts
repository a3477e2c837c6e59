import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { DeliveryConfig } from "../../../config/types";
import { argocdNamespace, defaultProject } from "../manifests/argocd";
import { argocdRelease, argocdValues } from "../manifests/argocdChart";
import { karmadaApi } from "../../federation/manifests/karmadaChart";
import { charts } from "../../../plan/charts";
import type { Cluster } from "../../../resources/foundation";
import { installChart } from "../../../resources/chart";

export interface EksArgocdArgs {
  readonly hub: Cluster;
  readonly delivery: DeliveryConfig;
  /** What has to be there before anything runs on the hub: nodes. */
  readonly hubReady: readonly pulumi.Resource[];
  /** URL that has every chart. Default: their publishers. */
  readonly mirror: string | undefined;
  /** How the world reaches it; undefined: not at all. */
  readonly door: ArgocdIngressArgs | undefined;
}

export interface ArgocdIngressArgs {
  readonly url: string;
  /** What the git server signs with. Secret. */
  readonly webhookSecret: pulumi.Output<string>;
}

/** Where Argo CD on the hub reaches Karmada beside it: no load balancer stands between them. */
export const federationWithinHub = `https://${karmadaApi.host}:${karmadaApi.port}`;

/** Argo CD on the hub, with the same settings as on the local platform. */
export class EksArgocd extends pulumi.ComponentResource {
  /** Its kinds are there, and it runs. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: EksArgocdArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Argocd", name, {}, opts);
    const { hub, delivery, hubReady, mirror, door } = args;
    const values =
      door === undefined
        ? argocdValues(delivery)
        : door.webhookSecret.apply((webhookSecret) =>
            argocdValues(delivery, { url: door.url, webhookSecret }),
          );
    const release = installChart(
      `${name}-argocd`,
      {
        cluster: hub,
        chart: charts.argocd,
        mirror,
        release: argocdRelease,
        namespace: argocdNamespace,
        values,
      },
      { parent: this, dependsOn: [...hubReady] },
    );
    const { metadata } = defaultProject;
    // Argo CD makes the project itself as it starts, with everything allowed: ours takes its place.
    const project = new k8s.apiextensions.CustomResourcePatch(
      "appproject-default",
      {
        ...defaultProject,
        metadata: { ...metadata, annotations: { "pulumi.com/patchForce": "true" } },
      },
      {
        parent: this,
        provider: hub.provider,
        deletedWith: hub.resource,
        dependsOn: [release],
      },
    );
    this.ready = [release, project];
    this.registerOutputs({});
  }
}
