import type { Manifest } from "../../../infra/manifests/types";

/** An app of two versions in one region, outside the federation, whose weights a test sets itself. */
export function versionedApp(
  namespace: string,
  weights: Readonly<Record<string, number>>,
  rateLimit?: { readonly average: number; readonly burst: number },
): Manifest[] {
  const versions = Object.keys(weights);
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    ...versions.flatMap((version) => versionOf(namespace, version)),
    {
      apiVersion: "traefik.io/v1alpha1",
      kind: "TraefikService",
      metadata: { name: namespace, namespace },
      spec: {
        weighted: {
          services: versions.map((name) => ({ name, port: "http", weight: weights[name] ?? 0 })),
        },
      },
    },
    ...(rateLimit === undefined ? [] : [middleware(namespace, { rateLimit })]),
    {
      apiVersion: "traefik.io/v1alpha1",
      kind: "IngressRoute",
      metadata: { name: namespace, namespace },
      spec: {
        entryPoints: ["web"],
        routes: [
          {
            kind: "Rule",
            match: `Host(\`${namespace}.test\`)`,
            ...(rateLimit === undefined ? {} : { middlewares: [{ name: namespace }] }),
            services: [{ kind: "TraefikService", name: namespace }],
          },
        ],
      },
    },
  ];
}

function middleware(namespace: string, spec: object): Manifest {
  return {
    apiVersion: "traefik.io/v1alpha1",
    kind: "Middleware",
    metadata: { name: namespace, namespace },
    spec,
  };
}

function versionOf(namespace: string, version: string): Manifest[] {
  const labels = { "app.kubernetes.io/name": namespace, "app.kubernetes.io/version": version };
  const container = {
    name: "app",
    image: `example.test/app:${version}`,
    ports: [{ name: "http", containerPort: 8080 }],
  };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: version, namespace },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: version, namespace },
      spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    },
  ];
}
