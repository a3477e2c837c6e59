import { type Resources, resources, type SpreadConstraint, zoneSpread } from "./common";

/** Namespace and release name on every member. */
export const argoRolloutsName = "argo-rollouts";

/** The values of the chart `argo-rollouts` that Meridian sets. */
export interface ArgoRolloutsValues {
  readonly controller: {
    readonly replicas: number;
    readonly resources: Resources;
    readonly pdb: { readonly enabled: true; readonly maxUnavailable: number };
    readonly topologySpreadConstraints: readonly SpreadConstraint[];
    readonly metrics: { readonly enabled: boolean };
    readonly logging: { readonly level: "info" | "warn"; readonly format: "json" };
  };
  readonly dashboard: { readonly enabled: boolean };
  readonly providerRBAC: {
    readonly enabled: true;
    /** Rights for each router of traffic: only for the one that is there. */
    readonly providers: Readonly<Record<TrafficRouter, boolean>>;
  };
}

type TrafficRouter =
  | "istio"
  | "smi"
  | "ambassador"
  | "awsLoadBalancerController"
  | "awsAppMesh"
  | "traefik"
  | "apisix"
  | "contour"
  | "glooPlatform"
  | "gatewayAPI";

/** Argo Rollouts in a member: a leader and one that takes over, in another zone. */
export function argoRolloutsValues(): ArgoRolloutsValues {
  return {
    controller: {
      replicas: 2,
      resources: resources("100m", "256Mi"),
      pdb: { enabled: true, maxUnavailable: 1 },
      topologySpreadConstraints: zoneSpread({
        "app.kubernetes.io/name": "argo-rollouts",
        "app.kubernetes.io/component": "rollouts-controller",
      }),
      metrics: { enabled: true },
      logging: { level: "info", format: "json" },
    },
    dashboard: { enabled: false },
    providerRBAC: {
      enabled: true,
      providers: {
        istio: false,
        smi: false,
        ambassador: false,
        awsLoadBalancerController: false,
        awsAppMesh: false,
        traefik: true,
        apisix: false,
        contour: false,
        glooPlatform: false,
        gatewayAPI: false,
      },
    },
  };
}
