import { isWorkload, at, list, type KubeObject } from "../../../infra/plan/kubeObject";
import {
  evaluatePolicies,
  policyNamespace,
  type PolicyPeer,
  type PolicyPod,
  type Protocol,
} from "./policies";
import type { Flow } from "./flows";

/** A pod or an address. */
export interface Party {
  readonly name: string;
  /** Name in flows: "apps", "dns", or the name of a component. Absent: a stranger. */
  readonly party?: string;
  readonly peer: PolicyPeer;
}

type Labels = Readonly<Record<string, string>>;

/** A pod with the labels that its namespace has in a cluster. */
export function podParty(
  { namespace, labels }: { readonly namespace: string; readonly labels: Labels },
  party?: string,
  namespaceLabels: Labels = {},
  ports: PolicyPod["ports"] = [],
): Party {
  const peer: PolicyPod = {
    kind: "pod",
    namespace: policyNamespace(namespace, namespaceLabels),
    ...{ labels, ports, address: "10.20.1.1" },
  };
  const name = `${namespace}/${Object.values(labels)[0] ?? "any"}`;
  return { name, ...(party && { party }), peer };
}

/** An address outside of the pods. */
export function addressParty(name: string, address: string, party?: string): Party {
  return { name, ...(party && { party }), peer: { kind: "address", address } };
}

/** The pods of rendered apps, in namespaces with the labels that the apps' Namespace objects have. */
export function appParties(objects: readonly KubeObject[]): Party[] {
  return objects.filter(isWorkload).map((workload) => {
    const namespace = workload.metadata.namespace ?? "";
    const space = objects.find(
      ({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace,
    );
    const template = "spec.template";
    const ports = list(at(workload, `${template}.spec.containers`)).flatMap((container) =>
      list(at(container, "ports")).map((port) => ({
        name: String(at(port, "name")),
        port: Number(at(port, "containerPort")),
        protocol: (at(port, "protocol") ?? "TCP") as Protocol,
      })),
    );
    const labels = at(workload, `${template}.metadata.labels`) as Labels;
    return podParty({ namespace, labels }, "apps", space?.metadata.labels, ports);
  });
}

/** Ports that are tried beside those of the pods. */
const otherPorts: readonly (readonly [number, Protocol])[] = [
  ...([22, 53, 80, 443, 9797] as const).map((port) => [port, "TCP"] as const),
  [53, "UDP"],
  [9898, "UDP"],
];

/**
 * Tries every connection between two parties of which one is an app, on every port.
 * @returns connections that are denied although a flow declares them, or allowed although none does.
 */
export function wrongConnections(
  policies: readonly KubeObject[],
  parties: readonly Party[],
  flows: readonly Flow[],
): string[] {
  const pairs = parties.flatMap((from) =>
    parties
      .filter((to) => from.party === "apps" || to.party === "apps")
      .map((to) => [from, to] as const),
  );
  return pairs.flatMap(([from, to]) =>
    portsOf(to).flatMap(([port, protocol]) => {
      const connection = { from: from.peer, to: to.peer, port, protocol };
      const denied = evaluatePolicies(policies, connection);
      const declared = flows.some((flow) => isOf(flow, from, to, port, protocol));
      if (declared === (denied.length === 0)) return [];
      const how = declared ? `denied (${denied.join(", ")})` : "allowed";
      return [`${from.name} to ${to.name}, ${protocol} ${port}: ${how}`];
    }),
  );
}

function portsOf({ peer }: Party): (readonly [number, Protocol])[] {
  const own =
    peer.kind === "pod" ? peer.ports.map(({ port, protocol }) => [port, protocol] as const) : [];
  return [...own, ...otherPorts];
}

function isOf(flow: Flow, from: Party, to: Party, port: number, protocol: Protocol): boolean {
  const { port: declared, protocol: over = "TCP" } = flow.port;
  if (flow.from !== from.party || flow.to !== to.party || over !== protocol) return false;
  if (typeof declared === "number") return declared === port;
  return (
    to.peer.kind === "pod" &&
    to.peer.ports.some((one) => one.name === declared && one.port === port)
  );
}
