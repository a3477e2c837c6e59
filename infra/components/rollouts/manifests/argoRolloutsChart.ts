import { charts } from "../../../plan/charts";
import { controllerFlags } from "./rollouts";
import {
  fingerprint,
  type Resources,
  resources,
  type SpreadConstraint,
  zoneSpread,
} from "../../../manifests/charts";

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
    /** Permissions for each traffic router: only for the one in use. */
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

/** ConfigMap in its namespace with the CA of the gate's certificate, and the key in the ConfigMap. */
export const gateAuthority = { name: "rollout-gate-ca", key: "ca.crt" } as const;

/** Mount path of the CA that its analyses trust. */
const trusted = "/etc/gate-authority";

/**
 * Argo Rollouts in a member: a leader and a standby in another zone.
 * @param authority CA of the gate, PEM, also in a ConfigMap of its namespace. Its analyses trust no other CA, as they poll only the gate.
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
      // The process reads the CA once, at the first analysis: a new CA changes the annotation and restarts the pods.
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
