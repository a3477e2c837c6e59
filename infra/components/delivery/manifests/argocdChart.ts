import type { DeliveryConfig } from "../../../config/types";
import { charts } from "../../../plan/charts";
import { argocdParameters, argocdSettings, syncTimeoutSeconds } from "./argocd";
import { behindKubectl, signOn } from "./argocdAccess";
import { type Resources, resources, zoneSpread } from "../../../manifests/charts";

/** Release name on the hub; the namespace is `argocdNamespace`. */
export const argocdRelease = "argocd";

/** Public settings of Argo CD on the hub. */
export interface ArgocdIngress {
  readonly url: string;
  /** Shared with the git server. */
  readonly webhookSecret: string;
}

/**
 * Settings that the local platform passes to Argo CD's processes as flags. Waves only order objects: a wave starts as soon as the
 * previous one is healthy, without a delay.
 */
function processParameters(delivery: DeliveryConfig): Readonly<Record<string, string>> {
  return {
    "controller.self.heal.timeout.seconds": "1",
    "controller.repo.error.grace.period.seconds": "5",
    "controller.sync.wave.delay.seconds": "0",
    "controller.sync.timeout.seconds": `${syncTimeoutSeconds}`,
    "applicationsetcontroller.requeue.after": `${delivery.pollSeconds}s`,
  };
}

/**
 * Argo CD on the hub: the local platform's settings, over three zones.
 * @param door its ingress for users and the git server; undefined: access by kubectl only.
 */
export function argocdValues(delivery: DeliveryConfig, door?: ArgocdIngress) {
  const { sso, access } = delivery;
  const open = sso !== undefined && door !== undefined;
  const admission = open ? signOn(sso, access, door.url) : behindKubectl;
  const replicated = (name: string, replicas: number, amounts: Resources) => ({
    replicas,
    resources: amounts,
    pdb: { enabled: true, maxUnavailable: 1 },
    topologySpreadConstraints: zoneSpread({ "app.kubernetes.io/name": `argocd-${name}` }),
  });
  return {
    global: {
      image: { tag: charts.argocd.appVersion },
      logging: { format: "json", level: "warn" },
    },
    configs: {
      cm: { ...argocdSettings(delivery), ...admission.settings },
      params: { ...argocdParameters(delivery), ...processParameters(delivery) },
      rbac: admission.policy,
      ...(open && { secret: { githubSecret: door.webhookSecret } }),
    },
    // One for each destination cluster. The federation is the only one. If its node fails, it restarts on another.
    controller: { replicas: 1, resources: resources("500m", "1Gi") },
    // Reached through kubectl's port-forward, and through the platform's load balancer with single sign-on.
    server: {
      ...replicated("server", 2, resources("100m", "256Mi")),
      service: { type: "ClusterIP" },
    },
    repoServer: replicated("repo-server", 3, resources("250m", "512Mi")),
    applicationSet: replicated("applicationset-controller", 2, resources("100m", "256Mi")),
    redis: { enabled: false },
    "redis-ha": {
      enabled: true,
      topologySpreadConstraints: {
        enabled: true,
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "ScheduleAnyway",
      },
      redis: { resources: resources("100m", "256Mi") },
      haproxy: { resources: resources("50m", "128Mi") },
    },
    redisSecretInit: { resources: resources("50m", "128Mi") },
    dex: { enabled: false },
    notifications: { enabled: false },
  };
}
