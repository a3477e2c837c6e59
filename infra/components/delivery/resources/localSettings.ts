import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import type { DeliveryConfig } from "../../../config/types";
import {
  argocdLabels,
  argocdParameters,
  argocdSettings,
  defaultProject,
} from "../manifests/argocd";
import { argocdNamespace } from "../names";
import { readersOnly } from "../manifests/argocdAccess";
import type { Cluster } from "../../../resources/foundation";

/** Everything that Argo CD reads at startup. In a chart installation, the chart would create it. */
export function createArgocdSettings(
  hub: Pick<Cluster, "provider" | "resource">,
  delivery: DeliveryConfig,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource[] {
  const own = { ...opts, provider: hub.provider, deletedWith: hub.resource };
  const metadata = (name: string) => ({ name, namespace: argocdNamespace, labels: argocdLabels });
  const map = (name: string, data: Readonly<Record<string, string>>) =>
    new k8s.core.v1.ConfigMap(name, { metadata: metadata(name), data }, own);
  return [
    map("argocd-cm", { ...argocdSettings(delivery), ...readersOnly.settings }),
    map("argocd-cmd-params-cm", argocdParameters(delivery)),
    map("argocd-rbac-cm", readersOnly.policy),
    map("argocd-gpg-keys-cm", {}),
    map("argocd-ssh-known-hosts-cm", {}),
    map("argocd-tls-certs-cm", {}),
    new k8s.core.v1.Secret(
      "argocd-secret",
      {
        metadata: metadata("argocd-secret"),
        stringData: { "server.secretkey": pulumi.secret(randomBytes(32).toString("base64")) },
      },
      // Created once: a new key at each deployment would end every session.
      { ...own, ignoreChanges: ["stringData", "data"] },
    ),
    new k8s.apiextensions.CustomResource("appproject-default", { ...defaultProject }, own),
  ];
}
