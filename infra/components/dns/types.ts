/** DNS plan: which region's edge serves which clients of an app. Plain data, the same for Route 53 and PowerDNS. */

/** Input of the DNS plan. */
export interface DnsInput {
  /** The zone, without a trailing dot, e.g. "meridian.test". */
  readonly domain: string;
  /** TTL of an answer in seconds, 0 or more. Clients use a lost region for that much longer. */
  readonly ttlSeconds: number;
  readonly check: DnsCheckTimings;
  /** The first one serves clients whose network is unknown. */
  readonly regions: readonly DnsRegion[];
  /** Each has a record of its own below the domain. */
  readonly apps: readonly string[];
}

/** Parameters of the health check of an app at an edge. */
export interface DnsCheckTimings {
  /** Interval between two checks, seconds. */
  readonly intervalSeconds: number;
  /** Timeout of a check, seconds. */
  readonly timeoutSeconds: number;
  /** Consecutive failed checks after which a region is unhealthy. PowerDNS before 5.0 supports only 1. */
  readonly failureThreshold: number;
  /** Plain HTTP port, the same on every edge: a record has only one URL for its checks. */
  readonly port: number;
}

export interface DnsRegion {
  /** E.g. "eu-west-1". */
  readonly name: string;
  /** IPv4 address of the region's edge, unique among regions. Absent if the DNS service resolves the edge itself, as Route 53 does. */
  readonly address?: string;
  /** 0 to 100. 100: not drained. Less: that percentage of its clients; 0: none while another region can answer. */
  readonly weight: number;
  /** IPv4 ranges whose clients are nearest to this region. If ranges overlap, the longest prefix applies. */
  readonly clients: readonly string[];
}

export interface DnsPlan {
  readonly domain: string;
  readonly ttlSeconds: number;
  /** In the order of the apps. */
  readonly names: readonly DnsName[];
  /**
   * Answers every other name directly below the domain by the health of regions. So a new app has its name from the moment
   * it is delivered; the app's own record and check follow with the next `up`.
   */
  readonly wildcard: DnsEntry;
}

/** A name and how it is answered. */
export interface DnsEntry {
  /** Full name without a trailing dot, e.g. "web.meridian.test", or "*.meridian.test". */
  readonly name: string;
  readonly ttlSeconds: number;
  readonly check: DnsCheck;
  readonly tree: LatencyNode;
}

/** One app's name. */
export interface DnsName extends DnsEntry {
  readonly app: string;
}

export interface DnsCheck extends DnsCheckTimings {
  /** Host of a check's request: the name, or the domain for the wildcard. */
  readonly host: string;
  /** Path of the health at an edge, e.g. "/healthz/web", or "/healthz" for the region. The status is 200 if the region can serve it. */
  readonly path: string;
}

/** The tree of records. A node is healthy if any region below it is. */
export type DnsNode = LatencyNode | OrderNode;

/**
 * The answers for one location. Every outcome of the random choices is a complete order of all regions, so each of them contains
 * every healthy region.
 */
export type OrderNode = WeightedNode | FailoverNode | AnswerNode;

/** Selects a branch by the client's location. */
export interface LatencyNode {
  readonly kind: "latency";
  /** One for each region, in input order: for the clients nearest to the region. */
  readonly branches: readonly LatencyBranch[];
  /** Region whose branch serves clients of unknown networks. */
  readonly otherwise: string;
}

export interface LatencyBranch {
  readonly region: string;
  /** IPv4 ranges of this location. */
  readonly clients: readonly string[];
  readonly node: OrderNode;
}

/** The secondary answers if the primary is unhealthy. If both are, the primary answers, so there is always an answer. */
export interface FailoverNode {
  readonly kind: "failover";
  readonly primary: AnswerNode;
  readonly secondary: OrderNode;
}

/** Selects a branch at random for each query. */
export interface WeightedNode {
  readonly kind: "weighted";
  readonly branches: readonly WeightedBranch[];
}

export interface WeightedBranch {
  /** Unique within its node, readable, also used by Route 53, e.g. "with eu-west-1". */
  readonly identifier: string;
  /** Weight relative to the sum of the branches, which is 100. Never 0. */
  readonly weight: number;
  readonly node: OrderNode;
}

export interface AnswerNode {
  readonly kind: "answer";
  readonly region: string;
  /** IPv4; absent if the input has none. */
  readonly address?: string;
}
