/** Every socket that the platform listens on, and what keeps it from those it is not for. */

/** What guards a socket. Everybody on the machine reaches a port of its loopback addresses, pages in a browser among them. */
export type Guard =
  /** TLS on both sides: only who holds the certificate is served. */
  | "mutual TLS"
  /** A client certificate or a token; without one, health and version at most. */
  | "certificate or token"
  /** What it keeps or changes needs a token; without one, health and metrics at most. */
  | "token"
  /** Only the owner can open the file or enter its folder. */
  | "file permissions"
  /** Nothing: it shows health or metrics, in which nothing is secret, and changes nothing. */
  | "read only"
  /** Nothing: what it answers is for everybody, as it is on the Internet. */
  | "public";

export interface SocketRule {
  /** The program that listens. */
  readonly program: string;
  /** Name of its port (see ports.ts), `*` for a cluster or region; of a Unix socket the file's name, `*` for an instance. */
  readonly name: string;
  readonly transport: "tcp" | "udp" | "unix";
  readonly protocol: "http" | "https" | "grpc" | "redis" | "dns" | "control";
  readonly guard: Guard;
  /** Why it may listen on every address of the machine, where it may. */
  readonly everywhere?: string;
}

type Served = Pick<SocketRule, "protocol" | "guard">;

const tcp = (program: string, name: string, served: Served): SocketRule => ({
  program,
  name,
  transport: "tcp",
  ...served,
});
const unix = (program: string, name: string, protocol: SocketRule["protocol"]): SocketRule => ({
  program,
  name,
  transport: "unix",
  protocol,
  guard: "file permissions",
});

const readOnly: Served = { protocol: "http", guard: "read only" };
const kubernetes: Served = { protocol: "https", guard: "certificate or token" };

export const socketRules: readonly SocketRule[] = [
  // A cluster.
  tcp("kube-apiserver", "*/apiServer", kubernetes),
  tcp("kube-controller-manager", "*/controllerManager", kubernetes),
  tcp("kube-scheduler", "*/scheduler", kubernetes),
  tcp("kwok-controller", "*/kwok", readOnly),
  unix("etcd", "etcd.sock", "grpc"),
  unix("etcd", "etcd-peer.sock", "http"),

  // Karmada.
  tcp("karmada-aggregated-apiserver", "karmada-aggregated-apiserver/https", kubernetes),
  // It answers whether an object may be as it is given, and keeps nothing.
  tcp("karmada-webhook", "karmada-webhook/https", { protocol: "https", guard: "read only" }),
  tcp("karmada-webhook", "karmada-webhook/health", readOnly),
  tcp("karmada-webhook", "karmada-webhook/metrics", readOnly),
  tcp("karmada-controller-manager", "karmada-controller-manager/health", readOnly),
  tcp("karmada-controller-manager", "karmada-controller-manager/metrics", readOnly),
  tcp("karmada-scheduler", "karmada-scheduler/health", readOnly),
  tcp("karmada-scheduler", "karmada-scheduler/metrics", readOnly),

  // Argo CD.
  unix("redis-server", "redis.sock", "redis"),
  tcp("argocd-repo-server", "argocd-repo-server/grpc", { protocol: "grpc", guard: "mutual TLS" }),
  tcp("argocd-repo-server", "argocd-repo-server/metrics", readOnly),
  unix("argocd-repo-server", "*-ask-pass.sock", "grpc"),
  {
    ...tcp("argocd-application-controller", "argocd-application-controller/metrics", readOnly),
    everywhere: "The official release has no setting for it.",
  },
  tcp("argocd-applicationset-controller", "argocd-applicationset-controller/metrics", readOnly),
  tcp("argocd-applicationset-controller", "argocd-applicationset-controller/probe", readOnly),
  // Its callers can have Argo CD look at git, and nothing else.
  tcp("argocd-applicationset-controller", "argocd-applicationset-controller/webhook", readOnly),
  // Anonymous readers, who see no Secret; nobody has a password.
  tcp("argocd-server", "argocd-server/http", readOnly),
  tcp("argocd-server", "argocd-server/metrics", readOnly),

  // A region's edge.
  tcp("traefik", "gateway/http", { protocol: "http", guard: "public" }),
  tcp("traefik", "*/edge-gatewayInternal", readOnly),
  tcp("dataplane", "dataplane/pods", { protocol: "http", guard: "public" }),
  tcp("dataplane", "*/edge-admin", { protocol: "http", guard: "token" }),
  tcp("dataplane", "*/edge-apiProxy", { protocol: "http", guard: "token" }),
  tcp("rollout-gate", "*/edge-rolloutGate", { protocol: "https", guard: "token" }),

  // DNS.
  tcp("pdns_server", "dns/dns", { protocol: "dns", guard: "public" }),
  { ...tcp("pdns_server", "dns/dns", { protocol: "dns", guard: "public" }), transport: "udp" },
  unix("pdns_server", "pdns-*.controlsocket", "control"),

  // The supervisor.
  unix("process-compose", "meridian-*.sock", "control"),
];

/** A socket as it is found, by the names that the table has. */
export type NamedSocket = Pick<SocketRule, "program" | "name" | "transport">;

/** The rule for a socket; undefined: the table knows none. */
export function socketRuleOf(socket: NamedSocket): SocketRule | undefined {
  return socketRules.find(
    (rule) =>
      rule.program === socket.program &&
      rule.transport === socket.transport &&
      matches(rule.name, socket.name),
  );
}

/** `*` stands for one part of a name. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]+")}$`).test(name);
}
