import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { connectionOf } from "../../local/kube";
import {
  argocdNamespace,
  bootstrapApplication,
  clusterSecretFacts,
  clusterSecretLabels,
  platformProject,
} from "../../manifests/argocd";
import type { Manifest } from "../../manifests/types";
import type { PlatformPlan } from "../../plan/types";
import type { Foundation } from "../foundation";

export interface DeliveryArgs {
  readonly plan: PlatformPlan;
  readonly foundation: Foundation;
  /** What has to be there before the first app is brought. */
  readonly after: readonly pulumi.Resource[];
}

/** What Argo CD on the hub delivers to, the federation, and the one Application that brings the rest. */
export class Delivery extends pulumi.ComponentResource {
  constructor(name: string, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:platform:Delivery", name, {}, opts);
    const { plan, foundation, after } = args;
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      provider: foundation.hub.provider,
      deletedWith: foundation.hub.resource,
      dependsOn: [...foundation.deliveryReady],
    };
    const target = createTarget(plan, foundation, child);
    const settings = foundation.startDelivery(this, target);
    const { revision } = plan.delivery;
    const project = custom(platformProject(foundation.repository), child);
    custom(bootstrapApplication(foundation.repository, revision), {
      ...child,
      dependsOn: [project, target, ...settings, ...after],
    });
    this.registerOutputs({});
  }
}

/** The federation as a cluster that Argo CD delivers to, with the facts that ApplicationSets select on. */
function createTarget(
  plan: PlatformPlan,
  foundation: Foundation,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const { federation, repository } = foundation;
  return new k8s.core.v1.Secret(
    "federation-cluster",
    {
      metadata: {
        name: "federation",
        namespace: argocdNamespace,
        labels: clusterSecretLabels(plan.environment.name, "federation"),
        annotations: clusterSecretFacts({
          repository,
          revision: plan.delivery.revision,
          domain: plan.traffic.domain,
        }),
      },
      stringData: {
        name: "federation",
        server: foundation.federationForDelivery ?? federation.server,
        config: federation.kubeconfig.apply(clusterConfig),
      },
    },
    { ...opts, dependsOn: [...foundation.deliveryReady, ...foundation.federationReady] },
  );
}

/** Argo CD's form of a kubeconfig. */
export function clusterConfig(kubeconfig: string): string {
  const { caData, certData, keyData } = connectionOf(kubeconfig);
  return JSON.stringify({ tlsClientConfig: { insecure: false, caData, certData, keyData } });
}

function custom(
  manifest: Manifest,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const name = `${manifest.kind.toLowerCase()}-${manifest.metadata.name}`;
  return new k8s.apiextensions.CustomResource(name, manifest, opts);
}
