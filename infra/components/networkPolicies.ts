import { labelKeys } from "../plan/names";
import type { Labels, PlatformPlan } from "../plan/types";
import type { LabelSelector, Metadata } from "../manifests/types";
import type { Component } from "./component";
import type { Destination, Listener, Peer, Port } from "./flow";
import { components, componentsOf } from "./registry";

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

const dnsPorts: readonly Port[] = [
  { port: 53, protocol: "UDP" },
  { port: 53, protocol: "TCP" },
];

/**
 * The NetworkPolicies of the components of an environment in clusters of one kind.
 * @param of the components to choose from. Default: the platform's.
 */
export function networkPolicies(
  cluster: Listener["cluster"],
  plan: PlatformPlan,
  of = components,
): NetworkPolicy[] {
  return componentsOf(plan.environment, of)
    .flatMap(({ listeners = [] }) => listeners)
    .filter((listener) => listener.cluster === cluster && (listener.runs?.(plan) ?? true))
    .map((listener) => networkPolicyOf(listener, of));
}

/** The NetworkPolicy of one listener. @param of the components that its peers name. */
export function networkPolicyOf(
  { name, namespace, pods, accepts, reaches }: Listener,
  of = components,
): NetworkPolicy {
  return {
    metadata: { name, namespace },
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: reaches === undefined ? ["Ingress"] : ["Ingress", "Egress"],
      ingress: accepts.map(({ from, to }) => ({
        from: from.map((peer) => policyPeer(peer, of)),
        ports: [ruled(to)],
      })),
      ...(reaches && { egress: reaches.map(egressRule) }),
    },
  };
}

function egressRule(destination: Destination): NetworkPolicyRule {
  switch (destination.kind) {
    case "dns":
      return { ports: dnsPorts };
    case "pods": {
      const { namespace, labels, to } = destination;
      return { to: [podsIn([namespace], labels)], ports: [ruled(to)] };
    }
  }
}

/** Traffic between the pods of an app and a peer. */
export interface AppFlow {
  /** Into the app, or out of it. */
  readonly direction: "in" | "out";
  /** The pods at the other end: "apps", "dns", or the name of a component. */
  readonly party: string;
  readonly peer: PolicyPeer;
  readonly port: Port;
}

/**
 * The traffic of every app. In: from other apps, and from components with `callsApps`. Out: to the cluster's DNS, to other apps, and to
 * listeners that accept apps.
 */
export function appFlows(of = components): AppFlow[] {
  const callers = of.flatMap(({ name, namespaces = [], callsApps }) =>
    callsApps === undefined ? [] : [{ party: name, peer: podsIn(namespaces, callsApps) }],
  );
  const others = { party: "apps", peer: apps, port: appPort };
  return [
    { direction: "in", ...others },
    ...callers.map((caller) => ({ direction: "in" as const, ...caller, port: appPort })),
    ...dnsPorts.map((port) => ({
      ...{ direction: "out" as const, party: "dns", peer: clusterDns, port },
    })),
    { direction: "out", ...others },
    ...of.flatMap(({ name, listeners = [] }) =>
      listeners.flatMap(outOfApps).map((flow) => ({ ...flow, party: name })),
    ),
  ];
}

/**
 * The NetworkPolicy of every app, with its flows: apps/_platform/web has it as YAML, because git delivers it, and a test compares them.
 * @param app name of the app, which is the label of its pods.
 */
export function appPolicy(app: string, of = components): NetworkPolicySpec {
  const flows = appFlows(of);
  return {
    podSelector: { matchLabels: { "app.kubernetes.io/name": app } },
    policyTypes: ["Ingress", "Egress"],
    ingress: flows
      .filter(({ direction }) => direction === "in")
      .map(({ peer, port }) => ({ from: [peer], ports: [port] })),
    egress: flows
      .filter(({ direction }) => direction === "out")
      .map(({ peer, port }) => ({ to: [peer], ports: [port] })),
  };
}

function outOfApps({ namespace, pods, accepts }: Listener) {
  return accepts
    .filter(({ from }) => from.some(({ kind }) => kind === "apps"))
    .map(({ to }) => ({
      direction: "out" as const,
      peer: podsIn([namespace], pods),
      port: ruled(to),
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
