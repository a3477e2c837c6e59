import type { PlatformPlan } from "../../plan/types";
import { regionEdge, type RegionEdgePlan } from "../gateway/awsEdge";
import { type FirewallPlan, planIngressFirewall } from "../gateway/firewall";
import { secretPrefix, type SecretPlan } from "../secrets/plan";

/** Ingress to Argo CD on the hub for users and the git server. */
export interface ArgocdIngressPlan {
  /** Full host name below the environment's domain. */
  readonly host: string;
  readonly url: string;
  readonly edge: RegionEdgePlan;
  readonly firewall: FirewallPlan;
  /** Secret with which the git server signs its webhook requests. It does not change when the hub moves. */
  readonly webhook: SecretPlan;
}

/** Port of the pods of Argo CD's server, as in its chart. */
export const argocdPodPort = 8080;

/** Service of Argo CD's server within the cluster, as in its chart. */
export const argocdService = { name: "argocd-server", port: 443 } as const;

/** Plans the ingress only if single sign-on is configured. No app can be named `argocd`: the rules of apps reserve it. */
export function planArgocdIngress(plan: PlatformPlan): ArgocdIngressPlan | undefined {
  const { environment, traffic, hub } = plan;
  if (environment.provider !== "aws" || environment.delivery.sso === undefined) return undefined;
  const { name, aws } = environment;
  const host = `argocd.${traffic.domain}`;
  return {
    host,
    url: `https://${host}`,
    edge: {
      ...regionEdge,
      // The UI uses an event stream that may be idle for minutes.
      loadBalancer: { ...regionEdge.loadBalancer, idleTimeout: 300 },
      targetGroup: {
        ...regionEdge.targetGroup,
        port: argocdPodPort,
        // The pods have a self-signed certificate. A load balancer does not verify it.
        protocol: "HTTPS",
        healthCheck: { ...regionEdge.targetGroup.healthCheck, protocol: "HTTPS" },
      },
      logPrefixes: { access: "argocd", connections: "argocd-connections" },
      podPorts: [argocdPodPort],
    },
    firewall: planIngressFirewall({
      environment: name,
      region: hub.region,
      requestsPerFiveMinutes: aws.requestsPerFiveMinutes,
    }),
    webhook: {
      name: `${secretPrefix(name)}argocd/webhook`,
      description: "What the git server signs its messages to Argo CD with",
      region: aws.home,
      replicas: [],
      // It can be replaced at any time, once the git server has the new one.
      recoveryDays: 0,
      kept: false,
      values: {},
      passwordKey: "secret",
    },
  };
}
