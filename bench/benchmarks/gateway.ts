import {
  gatewayName,
  gatewayPorts,
  regionGatewayPorts,
} from "../../infra/components/gateway/component";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import autocannon from "autocannon";
import { stringify } from "yaml";
import { applyObjects, deleteObject, waitFor } from "../../infra/kube/kube";
import { allocatePorts, readPorts } from "../../infra/providers/local/ports";
import { serviceDir } from "../../infra/providers/local/instance";
import { dataplaneTokenFile } from "../../infra/providers/local/manifests/dataplane";
import { traefikApi } from "../../infra/components/gateway/manifests/traefik";
import type { Manifest } from "../../infra/manifests/types";
import { toolPath } from "../../toolchain";
import { kubeconfigFor, type Platform } from "../platform";
import { type Benchmark, type Figure, repeat } from "../types";

const app = "bench-gateway";
const host = `${app}.test`;

/** A request through the platform's gateway, compared with one through the same product with a single bare route. */
export const gateway: Benchmark = {
  name: "gateway",
  what: "requests through a region's gateway, against the same gateway with one bare route",

  async measure(lab) {
    const platform = await lab.platform();
    const { instance, plan, home } = platform;
    const edge = plan.traffic.edges[0];
    if (edge === undefined) throw new Error("the platform has no region");
    const kubeconfig = kubeconfigFor(platform, edge.region);
    const port = readPorts(instance)[gatewayPorts.http] ?? 0;
    await applyObjects(kubeconfig, measuredApp);
    const full = `http://${edge.address}:${port}`;
    await waitFor("the route is there", 30, () => answers(full));
    const bare = await startBare(platform, edge.region, path.join(home, "bare"));
    try {
      const pairs = await repeat(lab, async () => ({
        full: await load(full),
        bare: await load(bare.url),
      }));
      return [figureOf(pairs)];
    } finally {
      bare.stop();
      await deleteObject(kubeconfig, measuredApp[0] as Manifest);
    }
  },
};

function figureOf(pairs: readonly { readonly full: number; readonly bare: number }[]): Figure {
  const micros = (perSecond: number) => 1e6 / perSecond;
  const full = pairs.map((pair) => pair.full);
  return {
    name: "gateway",
    unit: "µs",
    values: full.map(micros),
    peer: { name: "one bare route", values: pairs.map(({ bare }) => micros(bare)) },
    note:
      `time for a request under load: ${Math.round(Math.min(...full))} requests a second or more. Ours has retries, circuit breaker, ` +
      "rate limit, access log, trace ids and metrics; the bare one has none of them",
    details: { requestsPerSecond: Math.min(...full) },
  };
}

const labels = { "app.kubernetes.io/name": app };
const metadata = { name: app, namespace: app };

/** The platform's own chain of middlewares, with a rate limit above the load. */
const measuredApp: readonly Manifest[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: app } },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "app",
              image: "example.test/app:1",
              ports: [{ name: "http", containerPort: 80 }],
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
  },
  middleware("rate-limit", { rateLimit: { average: 1_000_000, burst: 1_000_000 } }),
  middleware("retry", { retry: { attempts: 3, initialInterval: "20ms" } }),
  middleware("circuit-breaker", {
    circuitBreaker: {
      expression: "NetworkErrorRatio() > 0.50 || ResponseCodeRatio(500, 600, 0, 600) > 0.50",
    },
  }),
  {
    apiVersion: traefikApi,
    kind: "IngressRoute",
    metadata,
    spec: {
      entryPoints: ["web"],
      routes: [
        {
          kind: "Rule",
          match: `Host(\`${host}\`)`,
          middlewares: ["rate-limit", "circuit-breaker", "retry"].map((name) => ({ name })),
          services: [{ name: app, port: "http", strategy: "p2c" }],
        },
      ],
    },
  },
];

function middleware(name: string, spec: object): Manifest {
  return { apiVersion: traefikApi, kind: "Middleware", metadata: { name, namespace: app }, spec };
}

async function answers(url: string): Promise<boolean> {
  return (await load(url, 0.2)) > 0;
}

/** Requests per second. @throws if any request failed. */
async function load(url: string, duration = 4): Promise<number> {
  const result = await autocannon({ url, duration, connections: 16, headers: { host } });
  const wrong = result.non2xx + result.errors;
  if (wrong > 0) throw new Error(`${wrong} of ${result.requests.total} requests to ${url} failed`);
  return result.requests.total / result.duration;
}

interface Slices {
  readonly items: readonly { readonly endpoints: readonly { readonly addresses: string[] }[] }[];
}

/** The same executable and the same pods, but only one route, from a file. */
async function startBare({ instance }: Platform, region: string, dir: string) {
  const ports = await allocatePorts(instance, ["bench/bare"]);
  const proxy = ports[regionGatewayPorts(region).apiProxy] ?? 0;
  const token = fs.readFileSync(
    path.join(serviceDir(instance, gatewayName(region)), dataplaneTokenFile),
    "utf8",
  );
  const slices = await fetch(
    `http://127.0.0.1:${proxy}/apis/discovery.k8s.io/v1/namespaces/${app}/endpointslices`,
    { headers: { authorization: `Bearer ${token}` } },
  );
  const { items } = (await slices.json()) as Slices;
  const servers = items
    .flatMap(({ endpoints }) => endpoints)
    .map(({ addresses }) => `http://${addresses[0]}:${ports[gatewayPorts.pods]}`);
  const port = ports["bench/bare"] ?? 0;
  const routes = {
    http: {
      routers: { app: { rule: `Host(\`${host}\`)`, service: "app" } },
      services: { app: { loadBalancer: { servers: servers.map((url) => ({ url })) } } },
    },
  };
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(path.join(dir, "routes.yaml"), stringify(routes));
  const child = spawn(
    toolPath("traefik"),
    [
      `--entryPoints.web.address=127.0.0.1:${port}`,
      `--providers.file.filename=${path.join(dir, "routes.yaml")}`,
      "--global.checkNewVersion=false",
      "--global.sendAnonymousUsage=false",
    ],
    { stdio: "ignore", env: { ...process.env, KUBECONFIG: "" } },
  );
  const url = `http://127.0.0.1:${port}`;
  await waitFor("the bare gateway answers", 30, () => answers(url));
  return { url, stop: () => child.kill("SIGKILL") };
}
