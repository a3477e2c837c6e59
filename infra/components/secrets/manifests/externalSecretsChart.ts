import {
  type Resources,
  resources,
  type SpreadConstraint,
  zoneSpread,
} from "../../../manifests/charts";
import { externalSecretsName } from "../component";

interface Budget {
  readonly enabled: true;
  readonly minAvailable: number;
}

/** The values of the chart `external-secrets` that Meridian sets. */
export interface ExternalSecretsValues {
  readonly replicaCount: number;
  /** Without it every replica would write every secret. */
  readonly leaderElect: true;
  readonly resources: Resources;
  readonly podDisruptionBudget: Budget;
  readonly topologySpreadConstraints: readonly SpreadConstraint[];
  readonly serviceAccount: { readonly create: true; readonly name: string };
  /** Push to the cloud is disabled: no cluster writes secrets there. */
  readonly processPushSecret: false;
  readonly processClusterPushSecret: false;
  readonly webhook: {
    readonly replicaCount: number;
    readonly resources: Resources;
    readonly podDisruptionBudget: Budget;
    readonly topologySpreadConstraints: readonly SpreadConstraint[];
  };
  readonly certController: { readonly replicaCount: number; readonly resources: Resources };
}

/** External Secrets in a member: two replicas of the controller and the webhook, one of the certificate controller. */
export function externalSecretsValues(): ExternalSecretsValues {
  const budget: Budget = { enabled: true, minAvailable: 1 };
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
