import { labelKeys } from "../plan/names";
import type { Labels } from "../plan/types";
import type { LabelSelector, Metadata } from "../manifests/types";
import type { Component } from "./component";
import type { Listener, Peer, Port } from "./flow";
import { components } from "./registry";

/** A NetworkPolicy, without kind and API version. */
export interface NetworkPolicy {
  readonly metadata: Metadata;
  readonly spec: NetworkPolicySpec;
}

export interface NetworkPolicySpec {
  readonly podSelector: LabelSelector;
  readonly policyTypes: readonly ("Ingress" | "Egress")[];
  readonly ingress?: readonly NetworkPolicyRule[];
  readonly egress?: readonly NetworkPolicyRule[];
}

interface NetworkPolicyRule {
  /** Absent: any peer. */
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
  readonly ports: readonly Port[];
}

export interface PolicyPeer {
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector?: LabelSelector;
}

/** Namespaces of apps, by the label that apps/_platform/web sets. */
const apps: PolicyPeer = {
  namespaceSelector: { matchLabels: { "app.kubernetes.io/part-of": "shop" } },
};

const clusterDns: PolicyPeer = {
  namespaceSelector: { matchLabels: { [labelKeys.namespaceName]: "kube-system" } },
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
};

/** The port that every app serves, by its name. */
const appPort: Port = { port: "http", protocol: "TCP" };

/** The NetworkPolicies of components in clusters of one kind. @param of Default: the platform's components. */
export function networkPolicies(cluster: Listener["cluster"], of = components): NetworkPolicy[] {
  return of
    .flatMap(({ listeners = [] }) => listeners)
    .filter((listener) => listener.cluster === cluster)
    .map((listener) => networkPolicyOf(listener, of));
}

/** The NetworkPolicy of one listener. @param of the components that its peers name. */
export function networkPolicyOf(
  { name, namespace, pods, accepts }: Listener,
  of = components,
): NetworkPolicy {
  return {
    metadata: { name, namespace },
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: ["Ingress"],
      ingress: accepts.map(({ from, to }) => ({
        from: from.map((peer) => policyPeer(peer, of)),
        ports: [ruled(to)],
      })),
    },
  };
}

/**
 * The NetworkPolicy of every app: apps/_platform/web has it as YAML, because git delivers it, and a test compares them. Into an app:
 * other apps, components with `callsApps`. Out of it: cluster DNS, other apps, listeners that accept apps.
 * @param app name of the app, which is the label of its pods.
 */
export function appPolicy(app: string, of = components): NetworkPolicySpec {
  const callers = of.flatMap(({ namespaces = [], callsApps }) =>
    callsApps === undefined ? [] : [podsIn(namespaces, callsApps)],
  );
  const open = of.flatMap(({ listeners = [] }) => listeners.flatMap(outOfApps));
  return {
    podSelector: { matchLabels: { "app.kubernetes.io/name": app } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [apps, ...callers], ports: [appPort] }],
    egress: [
      {
        to: [clusterDns],
        ports: [
          { port: 53, protocol: "UDP" },
          { port: 53, protocol: "TCP" },
        ],
      },
      { to: [apps], ports: [appPort] },
      ...open,
    ],
  };
}

function outOfApps({ namespace, pods, accepts }: Listener): NetworkPolicyRule[] {
  return accepts
    .filter(({ from }) => from.some(({ kind }) => kind === "apps"))
    .map(({ to }) => ({
      to: [podsIn([namespace], pods)],
      ports: [ruled(to)],
    }));
}

function policyPeer(peer: Peer, of: readonly Component[]): PolicyPeer {
  switch (peer.kind) {
    case "namespace":
      return { podSelector: {} };
    case "pods":
      return { podSelector: { matchLabels: peer.labels } };
    case "apps":
      return apps;
    case "component":
      return inNamespaces(of.find(({ name }) => name === peer.name)?.namespaces ?? []);
  }
}

function podsIn(namespaces: readonly string[], labels: Labels): PolicyPeer {
  return { ...inNamespaces(namespaces), podSelector: { matchLabels: labels } };
}

/** @throws RangeError without namespaces: an empty selector would permit every pod of the cluster. */
function inNamespaces([first, ...more]: readonly string[]): PolicyPeer {
  if (first === undefined) throw new RangeError("a flow names a component without namespaces");
  const selector: LabelSelector =
    more.length === 0
      ? { matchLabels: { [labelKeys.namespaceName]: first } }
      : {
          matchExpressions: [
            { key: labelKeys.namespaceName, operator: "In", values: [first, ...more] },
          ],
        };
  return { namespaceSelector: selector };
}

function ruled({ port, protocol = "TCP" }: Port): Port {
  return { protocol, port };
}
