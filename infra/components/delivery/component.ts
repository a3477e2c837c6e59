import { readOnly, type SocketRule, tcp, unix } from "../../plan/socketRule";
import { deliverySection } from "./configuration";
import { deliveryCost } from "./cost";
import type { Component, ComponentProcess } from "../component";
import { followedClone } from "./followedClone";
import { argocdNamespace } from "./names";

/** Processes of Argo CD beside the hub's API server, and its cache. */
export const argocdServiceNames = {
  redis: "redis",
  repoServer: "argocd-repo-server",
  applicationController: "argocd-application-controller",
  applicationSetController: "argocd-applicationset-controller",
  server: "argocd-server",
} as const;

/** Ports of Argo CD's processes. */
export const argocdPorts = {
  repo: "argocd-repo-server/grpc",
  repoMetrics: "argocd-repo-server/metrics",
  controllerMetrics: "argocd-application-controller/metrics",
  appSetMetrics: "argocd-applicationset-controller/metrics",
  appSetProbe: "argocd-applicationset-controller/probe",
  appSetWebhook: "argocd-applicationset-controller/webhook",
  server: "argocd-server/http",
  serverMetrics: "argocd-server/metrics",
} as const;

/** Process that notifies Argo CD of commits. */
export const gitNotifierName = "git-notifier";

function process(
  name: string,
  sockets: readonly SocketRule[],
  authorities: ComponentProcess["authorities"] = { kubeconfig: "hub" },
): ComponentProcess {
  return { place: "hub", name: () => name, sockets, authorities };
}

const { redis, repoServer, applicationController, applicationSetController, server } =
  argocdServiceNames;

/** Argo CD: git is the source of truth. */
export const delivery: Component = {
  name: "delivery",
  cost: deliveryCost,
  configuration: deliverySection,
  namespaces: [argocdNamespace],
  tools: { local: ["argocd", "kustomize", "redis-server"] },
  processes: [
    process(redis, [unix("redis-server", "redis.sock", "redis")], {}),
    process(repoServer, [
      tcp(repoServer, argocdPorts.repo, { protocol: "grpc", guard: "mutual TLS" }),
      tcp(repoServer, argocdPorts.repoMetrics, readOnly),
      unix(repoServer, "*-ask-pass.sock", "grpc"),
    ]),
    process(applicationController, [
      {
        ...tcp(applicationController, argocdPorts.controllerMetrics, readOnly),
        everywhere: "The official release has no setting for it.",
      },
    ]),
    process(applicationSetController, [
      tcp(applicationSetController, argocdPorts.appSetMetrics, readOnly),
      tcp(applicationSetController, argocdPorts.appSetProbe, readOnly),
      // Its callers can only make Argo CD poll git.
      tcp(applicationSetController, argocdPorts.appSetWebhook, readOnly),
    ]),
    process(server, [
      // Anonymous users may read, but no Secrets; there are no passwords.
      tcp(server, argocdPorts.server, readOnly),
      tcp(server, argocdPorts.serverMetrics, readOnly),
    ]),
    {
      ...process(gitNotifierName, [], { "config.json#api": "hub" }),
      runs: ({ delivery: track }) => followedClone(track, ".") !== undefined,
    },
  ],
  kindBundles: ["argocd-manifests"],
};
