/** The platform's own load balancers as data. Property names and values are those of AWS. */

/** Port of the gateway's pods, as in Traefik's chart. */
export const gatewayPodPort = 8000;

/** Health path of a gateway; paths below it are those of apps: see infra/components/gateway/manifests/awsRoutes.ts. */
export const gatewayHealthPath = "/healthz";

/** Port of Karmada's API server: of its pods, of its Service, and of its load balancer. */
export const federationPort = 5443;

/** Attributes of a load balancer. */
export interface LoadBalancerPlan {
  readonly loadBalancerType: "application" | "network";
  /** An internal load balancer has addresses in private subnets only. */
  readonly internal: boolean;
  readonly ipAddressType: "ipv4";
  /** False: neither stores data, the program writes the records with their names, and `destroy` has to succeed. */
  readonly enableDeletionProtection: false;
  readonly enableCrossZoneLoadBalancing: true;
}

export interface ApplicationLoadBalancerPlan extends LoadBalancerPlan {
  readonly loadBalancerType: "application";
  /** Drops headers that are invalid in HTTP, as other servers may interpret them differently. */
  readonly dropInvalidHeaderFields: true;
  /** Ambiguous requests, as in request smuggling, use a separate connection. */
  readonly desyncMitigationMode: "defensive";
  /** Forwards the client's host header: the gateway's routes match it. */
  readonly preserveHostHeader: true;
  /** The client is the last address in X-Forwarded-For. */
  readonly xffHeaderProcessingMode: "append";
  /** Seconds. Less than the gateway's 180, so that the gateway never closes a connection with a request in flight. */
  readonly idleTimeout: number;
}

/** Target group: destination port and protocol, and health checks of the pods. */
export interface TargetGroupPlan {
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS" | "TCP";
  /** Pods by their own addresses, without a hop through a node. */
  readonly targetType: "ip";
  /** Seconds for a deregistered pod to finish its requests in flight; it receives no new ones. */
  readonly deregistrationDelay: number;
  readonly healthCheck: TargetCheckPlan;
}

export type TargetCheckPlan = RequestCheckPlan | ConnectionCheckPlan;

/** A check by a request. A network load balancer's speaks TLS 1.2 at most. */
export interface RequestCheckPlan extends TargetCheckTimings {
  readonly protocol: "HTTP" | "HTTPS";
  readonly path: string;
  /** Status codes of a healthy pod. */
  readonly matcher: string;
}

/** A check by a connection. AWS rejects a path or a matcher in it. */
export interface ConnectionCheckPlan extends TargetCheckTimings {
  readonly protocol: "TCP";
}

/** Times in seconds. */
interface TargetCheckTimings {
  readonly port: "traffic-port";
  readonly interval: number;
  readonly timeout: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export interface RegionEdgePlan {
  readonly loadBalancer: ApplicationLoadBalancerPlan;
  readonly targetGroup: TargetGroupPlan & {
    readonly protocolVersion: "HTTP1";
    readonly loadBalancingAlgorithmType: "least_outstanding_requests";
    readonly loadBalancingCrossZoneEnabled: "true";
    readonly stickiness: { readonly enabled: false; readonly type: "lb_cookie" };
    readonly healthCheck: RequestCheckPlan;
  };
  readonly listeners: {
    readonly http: ListenerPlan & { readonly redirect: RedirectPlan };
    readonly https: ListenerPlan & { readonly sslPolicy: string };
  };
  /** Prefixes in the region's bucket for access logs. */
  readonly logPrefixes: { readonly access: string; readonly connections: string };
  /** Ports of the pods that the load balancer has to reach. */
  readonly podPorts: readonly number[];
}

export interface ListenerPlan {
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS" | "TCP";
}

/** All other parts of the request's URL are preserved. */
export interface RedirectPlan {
  readonly protocol: "HTTPS";
  readonly port: "443";
  readonly statusCode: "HTTP_301";
}

export interface FederationEdgePlan {
  readonly loadBalancer: LoadBalancerPlan & { readonly loadBalancerType: "network" };
  readonly subnets: "public" | "private";
  readonly targetGroup: TargetGroupPlan & {
    /** "false": pods see the load balancer's address, so that pods of the hub can connect through it too. */
    readonly preserveClientIp: "false";
    readonly healthCheck: ConnectionCheckPlan;
  };
  readonly listener: ListenerPlan;
  readonly podPorts: readonly number[];
}

/** Both kinds detect an unhealthy target within twenty seconds. */
const checkTimings = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 2 };

const common = {
  ipAddressType: "ipv4",
  enableDeletionProtection: false,
  enableCrossZoneLoadBalancing: true,
} as const;

/** The public load balancer of a region: behind the firewall, it terminates TLS and forwards to the gateway's pods. */
export const regionEdge: RegionEdgePlan = {
  loadBalancer: {
    ...common,
    loadBalancerType: "application",
    internal: false,
    dropInvalidHeaderFields: true,
    desyncMitigationMode: "defensive",
    preserveHostHeader: true,
    xffHeaderProcessingMode: "append",
    idleTimeout: 60,
  },
  targetGroup: {
    port: gatewayPodPort,
    protocol: "HTTP",
    protocolVersion: "HTTP1",
    targetType: "ip",
    deregistrationDelay: 30,
    // The gateway balances the apps' pods. This algorithm compares only the gateways.
    loadBalancingAlgorithmType: "least_outstanding_requests",
    loadBalancingCrossZoneEnabled: "true",
    // Apps configure sticky sessions at the gateway (apps/_platform/sticky), which balances their pods.
    stickiness: { enabled: false, type: "lb_cookie" },
    healthCheck: {
      protocol: "HTTP",
      // The same port and path through the network as requests.
      port: "traffic-port",
      path: gatewayHealthPath,
      matcher: "200",
      ...checkTimings,
    },
  },
  listeners: {
    http: {
      port: 80,
      protocol: "HTTP",
      redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" },
    },
    https: {
      port: 443,
      protocol: "HTTPS",
      // TLS 1.3, and TLS 1.2 only with ciphers that have forward secrecy and authenticated encryption.
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    },
  },
  logPrefixes: { access: "edge", connections: "edge-connections" },
  podPorts: [gatewayPodPort],
};

/**
 * The load balancer of the federation's API server. It passes TLS through, as clients and server use mutual TLS.
 * A network load balancer writes access logs only if it terminates TLS, so there are none. The network's flow logs contain the
 * connections, and the API server's audit log contains the requests.
 * @param apiAccess networks with access from outside. None: the load balancer is internal.
 */
export function planFederationEdge(apiAccess: readonly string[]): FederationEdgePlan {
  const internal = apiAccess.length === 0;
  return {
    loadBalancer: { ...common, loadBalancerType: "network", internal },
    subnets: internal ? "private" : "public",
    targetGroup: {
      port: federationPort,
      protocol: "TCP",
      targetType: "ip",
      preserveClientIp: "false",
      // Watches last for minutes and would not end within the delay. Clients reconnect immediately.
      deregistrationDelay: 10,
      // Karmada's chart allows TLS 1.3 only, which the load balancer's HTTPS check does not speak. The pods' own readiness probe requests
      // /readyz, and only ready pods are targets.
      healthCheck: { protocol: "TCP", port: "traffic-port", ...checkTimings },
    },
    listener: { port: federationPort, protocol: "TCP" },
    podPorts: [federationPort],
  };
}
