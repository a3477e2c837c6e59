import { components } from "../components/registry";
import { kubernetes, readOnly, type SocketRule, tcp, unix } from "./socketRule";

/** All sockets that the platform listens on, with their access control. */

export const socketRules: readonly SocketRule[] = [
  // A cluster.
  tcp("kube-apiserver", "*/apiServer", kubernetes),
  tcp("kube-controller-manager", "*/controllerManager", kubernetes),
  tcp("kube-scheduler", "*/scheduler", kubernetes),
  tcp("kwok-controller", "*/kwok", readOnly),
  unix("etcd", "etcd.sock", "grpc"),
  unix("etcd", "etcd-peer.sock", "http"),

  ...components.flatMap(({ processes = [] }) => processes.flatMap(({ sockets }) => sockets)),

  // The supervisor.
  unix("process-compose", "meridian-*.sock", "control"),
];

/** A discovered socket, named as in the table. */
export type NamedSocket = Pick<SocketRule, "program" | "name" | "transport">;

/** The rule for a socket; undefined if the table has none. */
export function socketRuleOf(socket: NamedSocket): SocketRule | undefined {
  return socketRules.find(
    (rule) =>
      rule.program === socket.program &&
      rule.transport === socket.transport &&
      matches(rule.name, socket.name),
  );
}

/** `*` matches one part of a name. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]+")}$`).test(name);
}
