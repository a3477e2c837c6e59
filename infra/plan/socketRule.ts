/**
 * Access control of a socket. Every process on the machine can reach a port on its loopback addresses, including pages in a
 * browser.
 */
export type Guard =
  /** TLS on both sides: the server accepts only clients that hold the certificate. */
  | "mutual TLS"
  /** A client certificate or a token. Without one, at most health and version are readable. */
  | "certificate or token"
  /** Reading or changing its data requires a token. Without one, at most health and metrics are readable. */
  | "token"
  /** Only the owner can open the file or enter its folder. */
  | "file permissions"
  /** None: it returns health or metrics, which contain no secret, and changes nothing. */
  | "read only"
  /** None: its responses are public, as on the Internet. */
  | "public";

export interface SocketRule {
  /** The program that listens. */
  readonly program: string;
  /**
   * Name of its port (see ports.ts), with `*` for a cluster or region; for a Unix socket the file's name, with `*` for an instance.
   */
  readonly name: string;
  readonly transport: "tcp" | "udp" | "unix";
  readonly protocol: "http" | "https" | "grpc" | "redis" | "dns" | "kafka" | "control";
  readonly guard: Guard;
  /** Reason why it may listen on all addresses of the machine, if it may. */
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

/** It returns health or metrics and changes nothing. */
export const readOnly: Served = { protocol: "http", guard: "read only" };
/** An API server, or a proxy for one. */
export const kubernetes: Served = { protocol: "https", guard: "certificate or token" };
