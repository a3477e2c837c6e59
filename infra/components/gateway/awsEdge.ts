/** The load balancers of the platform itself, as data. Property names and values are those of AWS. */

/** Port of the gateway's pods, as Traefik's chart opens it. */
export const gatewayPodPort = 8000;

/** Where a gateway answers for itself; below it, for apps: see infra/components/gateway/manifests/awsRoutes.ts. */
export const gatewayHealthPath = "/healthz";

/** Port of Karmada's API server: of its pods, of its Service, and of its load balancer. */
export const federationPort = 5443;

/** How a load balancer itself is. */
export interface LoadBalancerPlan {
  readonly loadBalancerType: "application" | "network";
  /** An internal one has addresses in private subnets only. */
  readonly internal: boolean;
  readonly ipAddressType: "ipv4";
  /** False: neither holds data, their names are in records that the program writes, and `destroy` has to come through. */
  readonly enableDeletionProtection: false;
  readonly enableCrossZoneLoadBalancing: true;
}

export interface ApplicationLoadBalancerPlan extends LoadBalancerPlan {
  readonly loadBalancerType: "application";
  /** Headers that are no valid HTTP are left out, instead of being passed on for others to read in their own way. */
  readonly dropInvalidHeaderFields: true;
  /** Ambiguous requests, as smuggling needs them, get a connection of their own. */
  readonly desyncMitigationMode: "defensive";
  /** The host as the client wrote it: the gateway's routes go by it. */
  readonly preserveHostHeader: true;
  /** Who asked is the last address in X-Forwarded-For. */
  readonly xffHeaderProcessingMode: "append";
  /** Seconds. Less than the gateway's 180, so that it is never the gateway that hangs up on a request under way. */
  readonly idleTimeout: number;
}

/** Where requests go, and which pods get them. */
export interface TargetGroupPlan {
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS" | "TCP";
  /** Pods by their own addresses: no detour over a node. */
  readonly targetType: "ip";
  /** Seconds in which a pod that goes away finishes what it has in hand; new requests go to others from the start. */
  readonly deregistrationDelay: number;
  readonly healthCheck: TargetCheckPlan;
}

/** Times in seconds. */
export interface TargetCheckPlan {
  readonly protocol: "HTTP" | "HTTPS";
  readonly port: "traffic-port";
  readonly path: string;
  /** Status codes of a healthy pod. */
  readonly matcher: string;
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
  };
  readonly listeners: {
    readonly http: ListenerPlan & { readonly redirect: RedirectPlan };
    readonly https: ListenerPlan & { readonly sslPolicy: string };
  };
  /** Folders in the region's bucket for access logs. */
  readonly logPrefixes: { readonly access: string; readonly connections: string };
  /** Ports of the pods that the load balancer has to reach. */
  readonly podPorts: readonly number[];
}

export interface ListenerPlan {
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS" | "TCP";
}

/** Parts that are not named stay as they were asked for. */
export interface RedirectPlan {
  readonly protocol: "HTTPS";
  readonly port: "443";
  readonly statusCode: "HTTP_301";
}

export interface FederationEdgePlan {
  readonly loadBalancer: LoadBalancerPlan & { readonly loadBalancerType: "network" };
  readonly subnets: "public" | "private";
  readonly targetGroup: TargetGroupPlan & {
    /** "false": pods see the load balancer, so that pods of the hub itself can come by it too. */
    readonly preserveClientIp: "false";
  };
  readonly listener: ListenerPlan;
  readonly podPorts: readonly number[];
}

/** Neither kind is found dead later than after twenty seconds. */
const checkTimings = { interval: 10, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 2 };

const common = {
  ipAddressType: "ipv4",
  enableDeletionProtection: false,
  enableCrossZoneLoadBalancing: true,
} as const;

/** The door of a region: TLS ends here, the firewall stands before it, and the gateway's pods are behind it. */
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
    // It is the gateway that knows who is slow; here only the gateways themselves are compared.
    loadBalancingAlgorithmType: "least_outstanding_requests",
    loadBalancingCrossZoneEnabled: "true",
    // Apps that want sessions ask for them at the gateway (apps/_platform/sticky), which knows their pods.
    stickiness: { enabled: false, type: "lb_cookie" },
    healthCheck: {
      protocol: "HTTP",
      // By the same port and way as requests come.
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
      // TLS 1.3, and of 1.2 only ciphers with forward secrecy and authenticated encryption.
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    },
  },
  logPrefixes: { access: "edge", connections: "edge-connections" },
  podPorts: [gatewayPodPort],
};

/**
 * The door of the federation's API server. TLS passes through: clients and server show each other their certificates.
 * A network load balancer writes access logs only where TLS ends at it, so there are none; the network's flow logs have
 * the connections, and the API server's audit log has the requests.
 * @param apiAccess networks that may come from outside. None: it is internal.
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
      // Watches last for minutes: they would not end by themselves, and begin anew at once.
      deregistrationDelay: 10,
      healthCheck: {
        protocol: "HTTPS",
        port: "traffic-port",
        path: "/readyz",
        matcher: "200",
        ...checkTimings,
      },
    },
    listener: { port: federationPort, protocol: "TCP" },
    podPorts: [federationPort],
  };
}
