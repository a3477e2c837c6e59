import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../../../manifests/types";
import type { Cluster } from "../../../resources/foundation";
import type { RegionBootstrap } from "../manifests/client";
import {
  clientMap,
  clientOverride,
  clientPropagation,
  overrideName,
  policyApi,
  propagationName,
} from "../manifests/clientObjects";
import { clientName } from "../names";
import type { StreamingPlan } from "../types";

export interface AppClientsArgs {
  readonly plan: Pick<StreamingPlan, "apps" | "clients">;
  /** Addresses of each region's brokers. */
  readonly bootstrap: pulumi.Input<Readonly<Record<string, RegionBootstrap>>>;
  /** Karmada, which copies the objects to the regions. It may be used once `federationReady` exists. */
  readonly federation: Cluster;
  readonly federationReady: readonly pulumi.Resource[];
  /** Content of an app's Secret. Default: each region creates it by itself. */
  readonly secretOf?: (app: string) => pulumi.Input<Readonly<Record<string, string>>>;
}

/**
 * The settings, and on request the certificates, with which apps reach Kafka: a ConfigMap and a Secret in the namespace of each app, in
 * every region.
 */
export class AppClients extends pulumi.ComponentResource {
  private readonly child: pulumi.CustomResourceOptions;

  constructor(
    name: string,
    private readonly args: AppClientsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("meridian:platform:StreamingClients", name, {}, opts);
    const { plan, bootstrap, federation, federationReady } = args;
    const { provider, resource } = federation;
    this.child = { parent: this, provider, deletedWith: resource, dependsOn: [...federationReady] };
    const overrides = plan.apps.map((app) =>
      this.custom(
        "ClusterOverridePolicy",
        overrideName(app),
        pulumi.output(bootstrap).apply((known) => clientOverride(app, plan.clients, known)),
        [],
      ),
    );
    if (plan.apps.length > 0) {
      const regions = plan.clients.map(({ region }) => region);
      const policy = this.custom(
        "ClusterPropagationPolicy",
        propagationName,
        clientPropagation(plan.apps, regions),
        overrides,
      );
      for (const app of plan.apps) this.createObjects(app, [policy]);
    }
    this.registerOutputs({});
  }

  /**
   * The app's namespace is Argo CD's as well, which creates it if it is absent and sets its labels. It is never deleted here: it
   * contains the app.
   */
  private createObjects(app: string, dependsOn: readonly pulumi.Resource[]): void {
    const name = `${clientName}-${app}`;
    const namespace = new k8s.core.v1.Namespace(
      name,
      { metadata: { name: app } },
      { ...this.child, retainOnDelete: true },
    );
    const child = { ...this.child, dependsOn: [namespace, ...dependsOn] };
    const { metadata, data } = clientMap(app);
    new k8s.core.v1.ConfigMap(name, { metadata, data }, child);
    const secret = this.args.secretOf?.(app);
    if (secret === undefined) return;
    new k8s.core.v1.Secret(name, { metadata, stringData: pulumi.secret(secret) }, child);
  }

  private custom(
    kind: string,
    name: string,
    manifest: pulumi.Input<Manifest>,
    dependsOn: readonly pulumi.Resource[],
  ): pulumi.Resource {
    const spec = pulumi.output(manifest).apply((made) => made.spec);
    return new k8s.apiextensions.CustomResource(
      name,
      { apiVersion: policyApi, kind, metadata: { name }, spec },
      { ...this.child, dependsOn: [...this.args.federationReady, ...dependsOn] },
    );
  }
}
