import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import { connectionOf } from "../../local/kube";
import {
  argocdLabels,
  argocdNamespace,
  argocdParameters,
  argocdSettings,
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
}

/** Argo CD's settings on the hub, the federation as its target, and the one Application that brings the rest. */
export class Delivery extends pulumi.ComponentResource {
  constructor(name: string, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:platform:Delivery", name, {}, opts);
    const { plan, foundation } = args;
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      provider: foundation.hub.provider,
      deletedWith: foundation.hub.resource,
      dependsOn: [...foundation.deliveryReady],
    };
    const settings = [...createSettings(plan, child), createTarget(plan, foundation, child)];
    const { revision } = plan.delivery;
    const project = custom(platformProject(foundation.repository), child);
    custom(bootstrapApplication(foundation.repository, revision), {
      ...child,
      dependsOn: [project, ...settings],
    });
    foundation.startDelivery(settings);
    this.registerOutputs({});
  }
}

function createSettings(
  plan: PlatformPlan,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource[] {
  const metadata = (name: string) => ({ name, namespace: argocdNamespace, labels: argocdLabels });
  const map = (name: string, data: Readonly<Record<string, string>>) =>
    new k8s.core.v1.ConfigMap(name, { metadata: metadata(name), data }, opts);
  return [
    map("argocd-cm", argocdSettings(plan.delivery)),
    map("argocd-cmd-params-cm", argocdParameters(plan.delivery)),
    map("argocd-rbac-cm", { "policy.default": "role:readonly" }),
    map("argocd-gpg-keys-cm", {}),
    map("argocd-ssh-known-hosts-cm", {}),
    map("argocd-tls-certs-cm", {}),
    new k8s.core.v1.Secret(
      "argocd-secret",
      {
        metadata: metadata("argocd-secret"),
        stringData: { "server.secretkey": pulumi.secret(randomBytes(32).toString("base64")) },
      },
      // Made once: a new key at each run would end every session.
      { ...opts, ignoreChanges: ["stringData", "data"] },
    ),
    custom(
      {
        apiVersion: "argoproj.io/v1alpha1",
        kind: "AppProject",
        metadata: { name: "default", namespace: argocdNamespace },
        // Argo CD insists on the project; nothing may be delivered through it.
        spec: { sourceRepos: [], destinations: [] },
      },
      opts,
    ),
  ];
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
        server: federation.server,
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
