import { charts } from "../../../plan/charts";
import { controllerFlags } from "./rollouts";
import { fingerprint, resources, zoneSpread } from "../../../manifests/charts";

/** ConfigMap in its namespace with the CA of the gate's certificate, and the key in the ConfigMap. */
export const gateAuthority = { name: "rollout-gate-ca", key: "ca.crt" } as const;

/** Mount path of the CA that its analyses trust. */
const trusted = "/etc/gate-authority";

/**
 * Argo Rollouts in a member: a leader and a standby in another zone.
 * @param authority CA of the gate, PEM, also in a ConfigMap of its namespace. Its analyses trust no other CA, as they poll only the gate.
 */
export function argoRolloutsValues(authority: string) {
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
