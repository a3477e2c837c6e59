import { routeMiddlewares } from "../routeMiddlewares";

/** Texts of a region's gateway. The same product stands on AWS, where its chart writes the static part. */

export interface GatewaySettings {
  /** Address and port that clients reach, e.g. "127.20.0.1:8080". */
  readonly address: string;
  /** Port on 127.0.0.1 of `/ping` and `/metrics`. */
  readonly internalPort: number;
  /** URL of the cluster's API as the gateway shall see it. */
  readonly api: string;
  /** Absolute path of a file with the token that it shows there. */
  readonly tokenFile: string;
  /** Absolute path of the dynamic part, see `edgeRoutes`. */
  readonly routesFile: string;
}

/** How long the gateway waits for whom, as Traefik writes durations. */
export const gatewayTimeouts = {
  /** For requests in hand when it is stopped. */
  grace: "10s",
  /** For a request's bytes: a client that sends slowly must not hold a connection for ever. */
  read: "60s",
  /** For the next request on a connection; longer than what stands before it waits. */
  idle: "180s",
} as const;

/** Upper bounds of the latency histogram, in seconds. */
export const latencyBuckets: readonly number[] = [
  0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Lines of the access log that are written together, by a thread of their own; a request waits for none. */
export const accessLogBuffer = 1000;

/** Headers of the access log; all others are dropped. */
export const loggedHeaders = { "User-Agent": "keep", Traceparent: "keep" } as const;

/**
 * What becomes of a client's header whose name other servers read as another one, such as `X_Auth_User` for `X-Auth-User`. Kept, it
 * would let a client speak for the gateway.
 */
export const aliasHeadersStrategy = "delete";

/** How long changes are gathered before they are applied. The default is two seconds. */
export const providersThrottle = "100ms";

/** Traefik's static configuration. Routes, weights and upstreams come from the cluster's own objects. */
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
    // Every request gets a trace id, which goes on to the app and into the access log. No collector is there
    // yet, so none is sampled and nothing is sent.
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
        // The default takes an app's whole route away while one of its versions has no pod that is ready, as when a rollout begins or
        // ends: 404 for everybody. As in the chart on AWS, a version without pods answers 503, and it has no weight then.
        allowEmptyServices: true,
      },
      file: { filename: routesFile, watch: false },
    },
  };
}

/** Files of a certificate and of its key, PEM. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * `/healthz` of the edge, kept out of the cluster's objects, so that it can tell of a cluster that is gone; and the middlewares that
 * apps' routes name.
 * @param certificate Of the gateway. No entry point has TLS, but without one Traefik makes an RSA key each time that anything has
 * changed, before it applies that: a tenth of a second and more of a core, and several seconds where cores are busy.
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
          // Asked every second by whoever watches: it would drown the log of what users do.
          observability: { accessLogs: false },
          service: "healthz",
        },
      },
      services: { healthz: { loadBalancer: { servers: [{ url: healthUrl }] } } },
      middlewares: routeMiddlewares,
    },
  };
}

/** Group and version of Traefik's own kinds. */
export const traefikApi = "traefik.io/v1alpha1";
