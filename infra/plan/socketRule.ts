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

export type Served = Pick<SocketRule, "protocol" | "guard">;

/** A rule for a TCP port. */
export const tcp = (program: string, name: string, served: Served): SocketRule => ({
  program,
  name,
  transport: "tcp",
  ...served,
});
/** A rule for a Unix socket. */
export const unix = (
  program: string,
  name: string,
  protocol: SocketRule["protocol"],
): SocketRule => ({
  program,
  name,
  transport: "unix",
  protocol,
  guard: "file permissions",
});

/** It shows health or metrics, and changes nothing. */
export const readOnly: Served = { protocol: "http", guard: "read only" };
/** An API server, or what answers in its name. */
export const kubernetes: Served = { protocol: "https", guard: "certificate or token" };
