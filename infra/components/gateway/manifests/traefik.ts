import { routeMiddlewares } from "../routeMiddlewares";

/** Configuration of a region's gateway. AWS uses the same product, where its chart writes the static part. */

export interface GatewaySettings {
  /** Address and port for clients, e.g. "127.20.0.1:8080". */
  readonly address: string;
  /** Port on 127.0.0.1 of `/ping` and `/metrics`. */
  readonly internalPort: number;
  /** URL of the cluster's API for the gateway. */
  readonly api: string;
  /** Absolute path of a file with the gateway's token for this API. */
  readonly tokenFile: string;
  /** Absolute path of the dynamic configuration, see `edgeRoutes`. */
  readonly routesFile: string;
}

/** Timeouts of the gateway, as Traefik durations. */
export const gatewayTimeouts = {
  /** For requests in flight when it stops. */
  grace: "10s",
  /** For reading a request: a slow client must not occupy a connection for ever. */
  read: "60s",
  /** For the next request on a connection; longer than the load balancer's timeout. */
  idle: "180s",
} as const;

/** Upper bounds of the latency histogram, in seconds. */
export const latencyBuckets: readonly number[] = [
  0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Buffered lines of the access log. A separate thread writes them, so requests do not wait. */
export const accessLogBuffer = 1000;

/** Headers of the access log; all others are dropped. */
export const loggedHeaders = { "User-Agent": "keep", Traceparent: "keep" } as const;

/**
 * Handling of a client's header whose name other servers interpret as another one, such as `X_Auth_User` as `X-Auth-User`. If
 * forwarded, it would allow a client to impersonate the gateway.
 */
export const aliasHeadersStrategy = "delete";

/** Time for which changes are collected before they are applied. Traefik's default is two seconds. */
export const providersThrottle = "100ms";

/** Traefik's static configuration. Objects of the cluster contain routes, weights and upstreams. */
export function gatewaySettings(settings: GatewaySettings): object {
  const { address, internalPort, api, tokenFile, routesFile } = settings;
  return {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    entryPoints: {
      web: {
        address,
        http: { aliasHeadersStrategy },
        transport: {
          lifeCycle: { graceTimeOut: gatewayTimeouts.grace },
          respondingTimeouts: {
            readTimeout: gatewayTimeouts.read,
            idleTimeout: gatewayTimeouts.idle,
          },
        },
      },
      internal: { address: `127.0.0.1:${internalPort}` },
    },
    ping: { entryPoint: "internal" },
    metrics: {
      prometheus: {
        entryPoint: "internal",
        addEntryPointsLabels: true,
        addRoutersLabels: true,
        addServicesLabels: true,
        buckets: latencyBuckets,
      },
    },
    // Traefik assigns a trace id to every request, forwards it to the app and writes it to the access log. There is no collector
    // yet, so no request is sampled and nothing is sent.
    tracing: {
      sampleRate: 0,
      otlp: { http: { endpoint: `http://127.0.0.1:${internalPort}/no-collector` } },
    },
    accessLog: {
      format: "json",
      bufferingSize: accessLogBuffer,
      fields: { headers: { defaultMode: "drop", names: loggedHeaders } },
    },
    log: { level: "WARN", format: "json" },
    providers: {
      providersThrottleDuration: providersThrottle,
      kubernetesCRD: {
        endpoint: api,
        token: tokenFile,
        allowCrossNamespace: false,
        disableClusterScopeResources: true,
        // By default Traefik removes an app's complete route while one of its versions has no ready pod, as at the start or end of a
        // rollout: all requests receive 404. With this setting, as in the chart on AWS, a version without pods returns 503, and it has no
        // weight then.
        allowEmptyServices: true,
      },
      file: { filename: routesFile, watch: false },
    },
  };
}

/** Paths of a certificate and its key, PEM. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * `/healthz` of the edge, which is not an object of the cluster so that it can report the loss of the cluster, and the middlewares of
 * apps' routes.
 * @param certificate Certificate of the gateway. No entry point has TLS, but without one Traefik creates an RSA key before it applies
 * each change: a tenth of a second or more of a core, and several seconds on busy cores.
 */
export function edgeRoutes(healthUrl: string, certificate: CertificateFiles): object {
  return {
    tls: { stores: { default: { defaultCertificate: certificate } } },
    http: {
      routers: {
        healthz: {
          entryPoints: ["web"],
          rule: "Path(`/healthz`) || PathPrefix(`/healthz/`)",
          priority: 1_000_000,
          // Health checks request it every second: it would flood the access log.
          observability: { accessLogs: false },
          service: "healthz",
        },
      },
      services: { healthz: { loadBalancer: { servers: [{ url: healthUrl }] } } },
      middlewares: routeMiddlewares,
    },
  };
}

/** API group and version of Traefik's kinds. */
export const traefikApi = "traefik.io/v1alpha1";
