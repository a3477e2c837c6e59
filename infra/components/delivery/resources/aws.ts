import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { DeliveryConfig } from "../../../config/types";
import { defaultProject } from "../manifests/argocd";
import { argocdNamespace } from "../names";
import { argocdRelease, argocdValues } from "../manifests/argocdChart";
import { karmadaApi } from "../../federation/manifests/karmadaChart";
import { charts } from "../../../plan/charts";
import type { Cluster } from "../../../resources/foundation";
import { installChart } from "../../../resources/chart";

export interface EksArgocdArgs {
  readonly hub: Cluster;
  readonly delivery: DeliveryConfig;
  /** Resources that have to exist before anything runs on the hub: nodes. */
  readonly hubReady: readonly pulumi.Resource[];
  /** URL of a mirror of all charts. Default: their publishers. */
  readonly mirror: string | undefined;
  /** Its public ingress; undefined: none. */
  readonly door: ArgocdIngressArgs | undefined;
}

export interface ArgocdIngressArgs {
  readonly url: string;
  /** Secret with which the git server signs its requests. */
  readonly webhookSecret: pulumi.Output<string>;
}

/** Karmada's URL for Argo CD on the same hub, without a load balancer. */
export const federationWithinHub = `https://${karmadaApi.host}:${karmadaApi.port}`;

/** Argo CD on the hub, with the same settings as on the local platform. */
export class EksArgocd extends pulumi.ComponentResource {
  /** Resources after which Argo CD's kinds exist and it runs. */
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
    // Argo CD creates this project at startup and allows everything in it: ours overwrites it.
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
