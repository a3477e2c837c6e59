/** Which region's edge answers whom under an app's name. Plain data, the same for Route 53 and for PowerDNS. */

/** What the DNS plan is made of. */
export interface DnsInput {
  /** The zone, without a trailing dot, e.g. "meridian.test". */
  readonly domain: string;
  /** How long a resolver may keep an answer, seconds, 0 or more: a lost region is asked for that much longer. */
  readonly ttlSeconds: number;
  readonly check: DnsCheckTimings;
  /** The first one answers clients whose network is not known. */
  readonly regions: readonly DnsRegion[];
  /** Each has a name of its own under the domain. */
  readonly apps: readonly string[];
}

/** How an edge is asked whether it can answer for an app. */
export interface DnsCheckTimings {
  /** Time from one check to the next, seconds. */
  readonly intervalSeconds: number;
  /** A check that takes longer has failed, seconds. */
  readonly timeoutSeconds: number;
  /** Checks that fail one after the other before a region is unhealthy. PowerDNS before 5.0 knows only 1. */
  readonly failureThreshold: number;
  /** Plain HTTP, the same port on every edge: a check is for a URL, and a record has one. */
  readonly port: number;
}

export interface DnsRegion {
  /** E.g. "eu-west-1". */
  readonly name: string;
  /** IPv4 address of the region's edge. No two regions share one. Absent where the carrier knows the edge itself, as Route 53 does. */
  readonly address?: string;
  /** 0 to 100. 100: not drained. Less: that share of the clients that would come; 0: none while another can answer. */
  readonly weight: number;
  /** IPv4 ranges whose clients are nearest to this region. The longest prefix decides where ranges overlap. */
  readonly clients: readonly string[];
}

export interface DnsPlan {
  readonly domain: string;
  readonly ttlSeconds: number;
  /** In the order of the apps. */
  readonly names: readonly DnsName[];
}

/** One app's name. */
export interface DnsName {
  /** Whole name without a trailing dot, e.g. "web.meridian.test". */
  readonly name: string;
  readonly app: string;
  readonly ttlSeconds: number;
  readonly check: DnsCheck;
  readonly tree: LatencyNode;
}

export interface DnsCheck extends DnsCheckTimings {
  /** The app's health at an edge, e.g. "/healthz/web": 200 when the region can answer for it. */
  readonly path: string;
}

/** The tree of records. A node is healthy when any region below it is. */
export type DnsNode = LatencyNode | OrderNode;

/**
 * What one location gets. Every leaf that is reached by a choice of the draws is a complete order of all regions, so
 * whichever way a draw goes, whatever lives is found.
 */
export type OrderNode = WeightedNode | FailoverNode | AnswerNode;

/** Chooses by where the client is. */
export interface LatencyNode {
  readonly kind: "latency";
  /** One for each region, in the order of the input: its location is that of the clients nearest to it. */
  readonly branches: readonly LatencyBranch[];
  /** Region whose branch answers a client in no known network. */
  readonly otherwise: string;
}

export interface LatencyBranch {
  readonly region: string;
  /** IPv4 ranges of this location. */
  readonly clients: readonly string[];
  readonly node: OrderNode;
}

/** The secondary answers when the primary is unhealthy; when both are, the primary, so that there is always an answer. */
export interface FailoverNode {
  readonly kind: "failover";
  readonly primary: AnswerNode;
  readonly secondary: OrderNode;
}

/** Chooses by chance, anew for each question. */
export interface WeightedNode {
  readonly kind: "weighted";
  readonly branches: readonly WeightedBranch[];
}

export interface WeightedBranch {
  /** Unique within its node, for a person and for Route 53, e.g. "with eu-west-1". */
  readonly identifier: string;
  /** Chance relative to the sum of the branches, which is 100. Never 0. */
  readonly weight: number;
  readonly node: OrderNode;
}

export interface AnswerNode {
  readonly kind: "answer";
  readonly region: string;
  /** IPv4; absent where the input had none. */
  readonly address?: string;
}
