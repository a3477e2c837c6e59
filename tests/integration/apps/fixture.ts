import type { KubeObject } from "../../../infra/plan/kubeObject";

/** A value deep inside that tests may set or remove: fixtures are plain data. */
type Node = Record<string, unknown>;

/** The smallest app without a mistake: each call gives objects of its own, to be broken in one field. */
export function compliantApp(): KubeObject[] {
  const labels = {
    "meridian.dev/app": "orders",
    "app.kubernetes.io/name": "orders",
    "app.kubernetes.io/part-of": "shop",
  };
  const metadata = () => ({ name: "orders", namespace: "orders", labels: { ...labels } });
  const selector = () => ({ matchLabels: { "app.kubernetes.io/name": "orders" } });
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "orders",
        annotations: { "argocd.argoproj.io/sync-wave": "-1" },
        labels: { ...labels, "pod-security.kubernetes.io/enforce": "restricted" },
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata(),
      spec: {
        replicas: 4,
        selector: selector(),
        template: { metadata: { labels: { ...labels } }, spec: podSpec(selector) },
      },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: metadata(),
      spec: { maxUnavailable: 1, selector: selector() },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: metadata(),
      spec: { podSelector: selector(), policyTypes: ["Ingress", "Egress"] },
    },
  ];
}

function podSpec(selector: () => object): Node {
  const topologyKey = "topology.kubernetes.io/zone";
  return {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey, labelSelector: selector() } },
        ],
      },
    },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey, whenUnsatisfiable: "DoNotSchedule", labelSelector: selector() },
    ],
    volumes: [{ name: "tmp", emptyDir: {} }],
    initContainers: [container("prepare")],
    containers: [{ ...container("app"), ports: [http], ...probes() }],
  };
}

function container(name: string): Node {
  return {
    name,
    image: "example.org:5000/orders:1.2.3",
    resources: {
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { cpu: "500m", memory: "256Mi" },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}

const http = { name: "http", containerPort: 9898, protocol: "TCP" };

function probes(): Node {
  const probe = () => ({ httpGet: { path: "/healthz", port: "http" } });
  return { startupProbe: probe(), readinessProbe: probe(), livenessProbe: probe() };
}

/** Sets a field of an object; `undefined` removes it. The steps are keys and indexes, as in the object. */
export function set(object: KubeObject, steps: readonly (string | number)[], value: unknown): void {
  const owner = steps.slice(0, -1).reduce<Node>((node, step) => node[step] as Node, object as Node);
  const last = steps.at(-1);
  if (last === undefined) throw new Error("a field needs at least one step");
  if (value === undefined) delete owner[last];
  else owner[last] = value;
}
