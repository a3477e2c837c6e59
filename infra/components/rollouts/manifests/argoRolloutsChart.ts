import { charts } from "../../../plan/charts";
import { controllerFlags } from "./rollouts";
import {
  fingerprint,
  type Resources,
  resources,
  type SpreadConstraint,
  zoneSpread,
} from "../../../manifests/charts";

/** Namespace and release name on every member. */
export const argoRolloutsName = "argo-rollouts";

/** The values of the chart `argo-rollouts` that Meridian sets. */
export interface ArgoRolloutsValues {
  readonly controller: {
    readonly image: { readonly tag: string };
    readonly replicas: number;
    readonly resources: Resources;
    readonly pdb: { readonly enabled: true; readonly maxUnavailable: number };
    readonly topologySpreadConstraints: readonly SpreadConstraint[];
    readonly metrics: { readonly enabled: boolean };
    readonly extraArgs: readonly string[];
    readonly extraEnv: readonly { readonly name: string; readonly value: string }[];
    readonly volumes: readonly object[];
    readonly volumeMounts: readonly object[];
    readonly podAnnotations: Readonly<Record<string, string>>;
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

/** ConfigMap beside it with the authority of the gate's certificate, and its key. */
export const gateAuthority = { name: "rollout-gate-ca", key: "ca.crt" } as const;

/** Folder of what its analyses trust. */
const trusted = "/etc/gate-authority";

/**
 * Argo Rollouts in a member: a leader and one that takes over, in another zone.
 * @param authority Of whom its analyses ask, PEM, which stands in a ConfigMap of its namespace beside it: they ask nobody else.
 */
export function argoRolloutsValues(authority: string): ArgoRolloutsValues {
  return {
    controller: {
      image: { tag: charts.argoRollouts.appVersion },
      replicas: 2,
      resources: resources("100m", "256Mi"),
      pdb: { enabled: true, maxUnavailable: 1 },
      topologySpreadConstraints: zoneSpread({
        "app.kubernetes.io/name": "argo-rollouts",
        "app.kubernetes.io/component": "rollouts-controller",
      }),
      metrics: { enabled: true },
      extraArgs: controllerFlags,
      extraEnv: [{ name: "SSL_CERT_FILE", value: `${trusted}/${gateAuthority.key}` }],
      volumes: [{ name: "gate-authority", configMap: { name: gateAuthority.name } }],
      volumeMounts: [{ name: "gate-authority", mountPath: trusted, readOnly: true }],
      // Read once, when the first analysis asks.
      podAnnotations: { "meridian.dev/gate-authority": fingerprint(authority) },
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
