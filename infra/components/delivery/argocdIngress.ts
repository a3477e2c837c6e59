import type { PlatformPlan } from "../../plan/types";
import { regionEdge, type RegionEdgePlan } from "../gateway/awsEdge";
import { type FirewallPlan, planIngressFirewall } from "../gateway/firewall";
import { secretPrefix, type SecretPlan } from "../secrets/plan";

/** How people and the git server reach Argo CD on the hub. */
export interface ArgocdIngressPlan {
  /** Whole name, below the environment's domain. */
  readonly host: string;
  readonly url: string;
  readonly edge: RegionEdgePlan;
  readonly firewall: FirewallPlan;
  /** What the git server signs its messages with. It stays when the hub moves. */
  readonly webhook: SecretPlan;
}

/** Port of Argo CD's server's pods, as its chart opens it. */
export const argocdPodPort = 8080;

/** Where the server's chart has it answer within the cluster. */
export const argocdService = { name: "argocd-server", port: 443 } as const;

/** The door is made only where people sign on. `argocd` is no app's name: the rules of apps reserve it. */
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
      // Pages hang on a stream of news that may be silent for minutes.
      loadBalancer: { ...regionEdge.loadBalancer, idleTimeout: 300 },
      targetGroup: {
        ...regionEdge.targetGroup,
        port: argocdPodPort,
        // The pods have a certificate of their own making, which a load balancer takes as it is.
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
      // Another one is as good, once the git server has it.
      recoveryDays: 0,
      kept: false,
      values: {},
      passwordKey: "secret",
    },
  };
}
