import { kubernetes, readOnly, type SocketRule, tcp } from "../../plan/socketRule";
import type { PlatformPlan } from "../../plan/types";
import { federationPort } from "../gateway/awsEdge";
import { federationCost } from "./cost";
import type { Component, ComponentProcess } from "../component";
import type { Listener } from "../flow";

/** Namespace and service account that Karmada uses in a member. */
export const memberNamespace = "karmada-member";

/** Namespace in Karmada for the credentials of the members. */
export const memberSecretsNamespace = "karmada-cluster";

/** Namespace of Karmada on the hub. */
export const karmadaNamespace = "karmada-system";

/** Service that returns replicas to regions that are back: its process, and in pods its namespace and its image. */
export const failbackName = "failback";

/** Processes of Karmada, beside its API server. */
export const karmadaServiceNames = {
  aggregated: "karmada-aggregated-apiserver",
  webhook: "karmada-webhook",
  scheduler: "karmada-scheduler",
  controllerManager: "karmada-controller-manager",
} as const;

/** Ports of Karmada's processes. */
export const karmadaPorts = {
  aggregated: "karmada-aggregated-apiserver/https",
  controllerHealth: "karmada-controller-manager/health",
  controllerMetrics: "karmada-controller-manager/metrics",
  schedulerHealth: "karmada-scheduler/health",
  schedulerMetrics: "karmada-scheduler/metrics",
  webhook: "karmada-webhook/https",
  webhookHealth: "karmada-webhook/health",
  webhookMetrics: "karmada-webhook/metrics",
} as const;

/** Labels of etcd's pods. */
export const etcdLabels = { app: "etcd" } as const;

/** etcd on the hub. The chart's members use no TLS between them, so no other pod may reach that port. */
export const etcdListener: Listener = {
  name: "etcd",
  cluster: "hub",
  namespace: karmadaNamespace,
  pods: etcdLabels,
  accepts: [
    { from: [{ kind: "namespace" }], to: { port: 2379 } },
    { from: [{ kind: "pods", labels: etcdLabels }], to: { port: 2380 } },
  ],
};

/** Labels of the pods of Karmada's API server. */
export const apiServerLabels = { app: "karmada-apiserver" } as const;

/** The failback service: it reaches Karmada's API server, and no pod reaches it. */
export const failbackListener: Listener = {
  name: failbackName,
  cluster: "hub",
  namespace: failbackName,
  pods: { "app.kubernetes.io/name": failbackName },
  accepts: [],
  reaches: [
    {
      ...{ kind: "pods", namespace: karmadaNamespace, labels: apiServerLabels },
      to: { port: federationPort },
    },
    { kind: "dns" },
  ],
  runs: isFailbackAutomatic,
};

function isFailbackAutomatic({ federation: { failback } }: PlatformPlan): boolean {
  return failback.mode === "automatic";
}

const kubeconfig = { kubeconfig: "federation" } as const;

function process(
  name: string,
  sockets: readonly SocketRule[],
  authorities: ComponentProcess["authorities"] = kubeconfig,
): ComponentProcess {
  return { place: "hub", name: () => name, sockets, authorities };
}

const { aggregated, webhook, scheduler, controllerManager } = karmadaServiceNames;

/** Karmada: one API server for all regions. */
export const federation: Component = {
  name: "federation",
  cost: federationCost,
  listeners: [etcdListener, failbackListener],
  namespaces: [karmadaNamespace, memberSecretsNamespace, memberNamespace, failbackName],
  tools: {
    local: [
      "karmada-webhooks",
      "karmada-aggregated-apiserver",
      "karmada-controller-manager",
      "karmada-scheduler",
      "karmada-webhook",
    ],
  },
  processes: [
    process(aggregated, [tcp(aggregated, karmadaPorts.aggregated, kubernetes)], {
      ...kubeconfig,
      "tls.crt": "federation",
    }),
    process(
      webhook,
      [
        // It reviews objects and stores nothing.
        tcp(webhook, karmadaPorts.webhook, { protocol: "https", guard: "read only" }),
        tcp(webhook, karmadaPorts.webhookHealth, readOnly),
        tcp(webhook, karmadaPorts.webhookMetrics, readOnly),
      ],
      { ...kubeconfig, "tls.crt": "federation" },
    ),
    process(scheduler, [
      tcp(scheduler, karmadaPorts.schedulerHealth, readOnly),
      tcp(scheduler, karmadaPorts.schedulerMetrics, readOnly),
    ]),
    process(controllerManager, [
      tcp(controllerManager, karmadaPorts.controllerHealth, readOnly),
      tcp(controllerManager, karmadaPorts.controllerMetrics, readOnly),
    ]),
    {
      ...process(failbackName, [], { "config.json#api": "federation" }),
      runs: isFailbackAutomatic,
    },
  ],
  appKinds: ["OverridePolicy", "PropagationPolicy"].map((kind) => ({
    ...{ group: "policy.karmada.io", version: "v1alpha1", kind, propagation: "federation" },
    plural: kind === "OverridePolicy" ? "overridepolicies" : "propagationpolicies",
  })),
  kindBundles: ["karmada-crds"],
};
