import { kubernetes, readOnly, type SocketRule, tcp } from "../../plan/socketRule";
import type { Component, ComponentProcess } from "../component";

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
  ],
  appKinds: ["OverridePolicy", "PropagationPolicy"].map((kind) => ({
    ...{ group: "policy.karmada.io", version: "v1alpha1", kind, propagation: "federation" },
    plural: kind === "OverridePolicy" ? "overridepolicies" : "propagationpolicies",
  })),
  kindBundles: ["karmada-crds"],
};
