import { resources, zoneSpread } from "../../../manifests/charts";
import { externalSecretsName } from "../component";

/** External Secrets in a member: two replicas of the controller and the webhook, one of the certificate controller. */
export function externalSecretsValues() {
  const budget = { enabled: true, minAvailable: 1 };
  const spread = (name: string) =>
    zoneSpread({
      "app.kubernetes.io/name": name,
      "app.kubernetes.io/instance": externalSecretsName,
    });
  return {
    replicaCount: 2,
    leaderElect: true,
    resources: resources("50m", "192Mi"),
    podDisruptionBudget: budget,
    topologySpreadConstraints: spread("external-secrets"),
    serviceAccount: { create: true, name: externalSecretsName },
    processPushSecret: false,
    processClusterPushSecret: false,
    webhook: {
      replicaCount: 2,
      resources: resources("20m", "128Mi"),
      podDisruptionBudget: budget,
      topologySpreadConstraints: spread("external-secrets-webhook"),
    },
    certController: { replicaCount: 1, resources: resources("20m", "128Mi") },
  };
}
