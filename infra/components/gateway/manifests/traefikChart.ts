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
import { resources, zoneSpread } from "../../../manifests/charts";
import { traefikName } from "../component";

/** The gateway's entry point: port of its pods, and port and name of its Service. */
export const gatewayPort = { name: "web", pods: gatewayPodPort, service: 80 } as const;

/** Port of Traefik's API and metrics, reachable only within the pod network. */
const internalPort = 8080;

export interface GatewayPlan {
  /** Ranges of the load balancers: the gateway trusts only their X-Forwarded headers. */
  readonly trustedNetworks: readonly string[];
}

/** A region's gateway behind its load balancer: the local platform's settings as values of the chart. */
export function traefikValues({ trustedNetworks }: GatewayPlan) {
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

/** Traefik's kinds only: for the federation, which runs no gateway, and for every member before the gateway. */
export function traefikCrdsValues() {
  return { traefik: true, gatewayAPI: false, hub: false };
}
