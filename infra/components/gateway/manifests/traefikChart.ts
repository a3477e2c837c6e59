import {
  accessLogBuffer,
  aliasHeadersStrategy,
  gatewayTimeouts,
  latencyBuckets,
  loggedHeaders,
  providersThrottle,
} from "./traefik";
import { gatewayPodPort } from "../awsEdge";
import { charts } from "../../../plan/charts";
import { gatewayRoutes } from "./awsRoutes";
import {
  type Resources,
  resources,
  type SpreadConstraint,
  zoneSpread,
} from "../../../manifests/charts";
import { traefikName } from "../component";

/** The gateway's entry point: port of its pods, and port and name of its Service. */
export const gatewayPort = { name: "web", pods: gatewayPodPort, service: 80 } as const;

/** Port of Traefik's API and metrics, reachable only within the pod network. */
const internalPort = 8080;

export interface GatewayPlan {
  /** Ranges of the load balancers: the gateway trusts only their X-Forwarded headers. */
  readonly trustedNetworks: readonly string[];
}

/** The values of the chart `traefik` that Meridian sets. */
export interface TraefikValues {
  readonly deployment: {
    readonly replicas: number;
    readonly minReadySeconds: number;
    readonly terminationGracePeriodSeconds: number;
  };
  readonly podDisruptionBudget: { readonly enabled: true; readonly maxUnavailable: number };
  readonly topologySpreadConstraints: readonly SpreadConstraint[];
  readonly resources: Resources;
  readonly image: { readonly tag: string };
  readonly service: { readonly enabled: true; readonly spec: { readonly type: "ClusterIP" } };
  readonly ports: {
    readonly web: {
      readonly port: number;
      readonly exposedPort: number;
      readonly expose: { readonly default: boolean };
      readonly forwardedHeaders: { readonly trustedIPs: readonly string[] };
      readonly transport: {
        readonly respondingTimeouts: { readonly readTimeout: string; readonly idleTimeout: string };
        readonly lifeCycle: {
          readonly requestAcceptGraceTimeout: string;
          readonly graceTimeOut: string;
        };
      };
    };
    readonly websecure: { readonly expose: { readonly default: boolean } };
  };
  readonly api: { readonly dashboard: boolean };
  readonly ingressClass: { readonly enabled: boolean };
  readonly providers: {
    readonly kubernetesCRD: { readonly enabled: true; readonly allowCrossNamespace: false };
    readonly kubernetesIngress: { readonly enabled: boolean };
    readonly kubernetesGateway: { readonly enabled: boolean };
    readonly file: {
      readonly enabled: true;
      readonly watch: false;
      /** Traefik's dynamic configuration. */
      readonly content: object;
    };
  };
  readonly metrics: {
    readonly prometheus: {
      readonly addEntryPointsLabels: true;
      readonly addRoutersLabels: true;
      readonly addServicesLabels: true;
      /** Upper bounds in seconds, separated by commas. */
      readonly buckets: string;
    };
  };
  readonly tracing: {
    readonly sampleRate: number;
    readonly otlp: {
      readonly enabled: true;
      readonly http: { readonly enabled: true; readonly endpoint: string };
    };
  };
  readonly log: { readonly level: "WARN"; readonly format: "json" };
  readonly accessLog: {
    readonly enabled: true;
    readonly format: "json";
    readonly bufferingSize: number;
    readonly fields: {
      readonly headers: {
        readonly defaultMode: "drop";
        readonly names: Readonly<Record<string, "keep">>;
      };
    };
  };
  readonly global: { readonly checkNewVersion: boolean; readonly sendAnonymousUsage: boolean };
  /** Flags for which the chart has no value. */
  readonly additionalArguments: readonly string[];
}

/** A region's gateway behind its load balancer: the local platform's settings as values of the chart. */
export function traefikValues({ trustedNetworks }: GatewayPlan): TraefikValues {
  return {
    // A new pod is registered as a target before the old one stops, and an old one responds until it is deregistered.
    deployment: { replicas: 3, minReadySeconds: 15, terminationGracePeriodSeconds: 60 },
    podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
    topologySpreadConstraints: zoneSpread({ "app.kubernetes.io/name": traefikName }),
    resources: resources("250m", "256Mi"),
    image: { tag: charts.traefik.appVersion },
    service: { enabled: true, spec: { type: "ClusterIP" } },
    ports: {
      web: {
        port: gatewayPort.pods,
        exposedPort: gatewayPort.service,
        expose: { default: true },
        forwardedHeaders: { trustedIPs: trustedNetworks },
        transport: {
          respondingTimeouts: {
            readTimeout: gatewayTimeouts.read,
            idleTimeout: gatewayTimeouts.idle,
          },
          lifeCycle: {
            requestAcceptGraceTimeout: "20s",
            graceTimeOut: gatewayTimeouts.grace,
          },
        },
      },
      // The load balancer terminates TLS.
      websecure: { expose: { default: false } },
    },
    api: { dashboard: false },
    ingressClass: { enabled: false },
    providers: {
      kubernetesCRD: { enabled: true, allowCrossNamespace: false },
      kubernetesIngress: { enabled: false },
      kubernetesGateway: { enabled: false },
      file: { enabled: true, watch: false, content: gatewayRoutes() },
    },
    metrics: {
      prometheus: {
        addEntryPointsLabels: true,
        addRoutersLabels: true,
        addServicesLabels: true,
        buckets: latencyBuckets.join(","),
      },
    },
    // Trace ids without a collector, as on the local platform.
    tracing: {
      sampleRate: 0,
      otlp: {
        enabled: true,
        http: { enabled: true, endpoint: `http://127.0.0.1:${internalPort}/no-collector` },
      },
    },
    log: { level: "WARN", format: "json" },
    accessLog: {
      enabled: true,
      format: "json",
      bufferingSize: accessLogBuffer,
      fields: { headers: { defaultMode: "drop", names: loggedHeaders } },
    },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    additionalArguments: [
      `--providers.providersthrottleduration=${providersThrottle}`,
      "--providers.kubernetescrd.disableclusterscoperesources=true",
      `--entrypoints.web.http.aliasheadersstrategy=${aliasHeadersStrategy}`,
    ],
  };
}

/** The values of the chart `traefik-crds` that Meridian sets. */
export interface TraefikCrdsValues {
  readonly traefik: true;
  readonly gatewayAPI: false;
  readonly hub: false;
}

/** Traefik's kinds only: for the federation, which runs no gateway, and for every member before the gateway. */
export function traefikCrdsValues(): TraefikCrdsValues {
  return { traefik: true, gatewayAPI: false, hub: false };
}
