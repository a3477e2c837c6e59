import { contains, network, parseCidr } from "../../../infra/config/cidr";
import { at, list, selects, type KubeObject } from "../../../infra/plan/kubeObject";
import { labelKeys } from "../../../infra/plan/names";

type Labels = Readonly<Record<string, string>>;

/** A pod as network policies see it. */
export interface PolicyPod {
  readonly kind: "pod";
  readonly namespace: { readonly name: string; readonly labels: Labels };
  readonly labels: Labels;
  /** IPv4 address. */
  readonly address: string;
  /** Named ports of its containers. */
  readonly ports: readonly {
    readonly name: string;
    readonly port: number;
    readonly protocol: Protocol;
  }[];
}

/** An address that is no pod of the cluster: the internet, a node, a service of the node. */
export interface PolicyAddress {
  readonly kind: "address";
  /** IPv4 address. */
  readonly address: string;
}

export type PolicyPeer = PolicyPod | PolicyAddress;

export type Protocol = "TCP" | "UDP" | "SCTP";

/** A connection, after the address of a Service has been translated to a pod's. */
export interface PolicyConnection {
  readonly from: PolicyPeer;
  readonly to: PolicyPeer;
  readonly protocol: Protocol;
  readonly port: number;
}

/** The direction in which policies deny a connection. */
export type Denial = "egress" | "ingress";

/** A namespace with the labels that it has in a cluster. */
export function policyNamespace(name: string, labels: Labels = {}): PolicyPod["namespace"] {
  return { name, labels: { ...labels, [labelKeys.namespaceName]: name } };
}

/**
 * Evaluates NetworkPolicies of `networking.k8s.io/v1` for one connection, by the rules of Kubernetes: policies add up, and a pod that no
 * policy selects for a direction is open in that direction. Connections between a pod and its own node are always allowed and not
 * part of the evaluation.
 *
 * @param policies NetworkPolicies of all namespaces; other objects are ignored.
 * @returns the directions that deny it; none: the connection is allowed.
 */
export function evaluatePolicies(
  policies: readonly KubeObject[],
  connection: PolicyConnection,
): Denial[] {
  const { from, to } = connection;
  return [
    ...(isOpen(policies, "egress", from, to, connection) ? [] : ["egress" as const]),
    ...(isOpen(policies, "ingress", to, from, connection) ? [] : ["ingress" as const]),
  ];
}

function isOpen(
  policies: readonly KubeObject[],
  direction: Denial,
  subject: PolicyPeer,
  peer: PolicyPeer,
  connection: PolicyConnection,
): boolean {
  if (subject.kind === "address") return true;
  const applying = policies.filter((policy) => applies(policy, direction, subject));
  if (applying.length === 0) return true;
  const side = direction === "ingress" ? "from" : "to";
  return applying.some((policy) =>
    list(at(policy, `spec.${direction}`)).some(
      (rule) =>
        anyOf(at(rule, side), (term) => isPeer(term, policy.metadata.namespace, peer)) &&
        anyOf(at(rule, "ports"), (port) => isPort(port, connection)),
    ),
  );
}

/** An absent or empty list allows everything. */
function anyOf(terms: unknown, matches: (term: unknown) => boolean): boolean {
  const all = list(terms);
  return all.length === 0 || all.some(matches);
}

function applies(policy: KubeObject, direction: Denial, pod: PolicyPod): boolean {
  return (
    policy.kind === "NetworkPolicy" &&
    policy.metadata.namespace === pod.namespace.name &&
    directionsOf(policy).includes(direction) &&
    selects(at(policy, "spec.podSelector") ?? {}, pod.labels)
  );
}

/** Without `policyTypes`, a policy is one of ingress, and one of egress if it has rules for it. */
function directionsOf(policy: KubeObject): readonly string[] {
  const types = list(at(policy, "spec.policyTypes")).map((type) => String(type).toLowerCase());
  if (types.length > 0) return types;
  return list(at(policy, "spec.egress")).length > 0 ? ["ingress", "egress"] : ["ingress"];
}

function isPeer(term: unknown, ownNamespace: string | undefined, peer: PolicyPeer): boolean {
  const block = at(term, "ipBlock");
  if (block !== undefined) return isInBlock(block, peer.address);
  if (peer.kind === "address") return false;
  const [namespaces, pods] = [at(term, "namespaceSelector"), at(term, "podSelector")];
  if (namespaces === undefined && pods === undefined) return false;
  const inNamespace =
    namespaces === undefined
      ? peer.namespace.name === ownNamespace
      : selects(namespaces, peer.namespace.labels);
  return inNamespace && (pods === undefined || selects(pods, peer.labels));
}

function isInBlock(block: unknown, address: string): boolean {
  const inRange = (cidr: unknown) => {
    const [range, one] = [parseCidr(String(cidr)), parseCidr(`${address}/32`)];
    return range !== undefined && one !== undefined && contains(network(range), one);
  };
  return inRange(at(block, "cidr")) && !list(at(block, "except")).some(inRange);
}

function isPort(rule: unknown, { protocol, port, to }: PolicyConnection): boolean {
  if ((at(rule, "protocol") ?? "TCP") !== protocol) return false;
  const [first, last] = [at(rule, "port"), at(rule, "endPort")];
  if (first === undefined) return true;
  // A name is a port of the pod that is connected to, in either direction.
  if (typeof first === "string")
    return (
      to.kind === "pod" &&
      to.ports.some((one) => one.name === first && one.protocol === protocol && one.port === port)
    );
  return typeof last === "number" ? port >= Number(first) && port <= last : port === Number(first);
}
