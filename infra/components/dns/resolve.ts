import { contains, network, parseCidr } from "../../config/cidr";
import type {
  AnswerNode,
  DnsEntry,
  DnsNode,
  FailoverNode,
  LatencyBranch,
  LatencyNode,
  OrderNode,
  WeightedBranch,
} from "./types";

/** The conditions of one query. */
export interface Question {
  /** Location of the client, from `locationOf`; undefined if its network is unknown. */
  readonly location: string | undefined;
  /** Names of the regions that can serve the app. */
  readonly healthy: ReadonlySet<string>;
  /** Next random number, 0 or more and less than 1. */
  readonly draw: () => number;
}

export interface Answer {
  readonly region: string;
  /** Absent if the plan has none. */
  readonly address?: string;
  /** The steps that selected this region, as text. */
  readonly reason: readonly string[];
}

/** Resolves a query as Route 53 and PowerDNS do. There is always an answer: if all are unhealthy, all count as healthy. */
export function resolve(node: DnsNode, { location, healthy, draw }: Question): Answer {
  const step = (at: DnsNode, reason: readonly string[]): Answer => {
    switch (at.kind) {
      case "latency": {
        const branch = branchOf(at, location);
        return step(branch.node, [...reason, ...placeReasons(branch, location)]);
      }
      case "weighted": {
        const { identifier, weight, node: next } = pick(at.branches, draw());
        return step(next, [...reason, `drawn: ${identifier} (${weight} in 100)`]);
      }
      case "failover": {
        const next = healthySide(at, healthy);
        if (next === at.primary) return step(next, reason);
        const then = `${at.primary.region} is not healthy: next is ${firstRegions(next).join(" or ")}`;
        return step(next, [...reason, then]);
      }
      case "answer": {
        const { region, address } = at;
        const none = healthy.has(region)
          ? []
          : ["all are unhealthy: answered as if all were healthy"];
        return {
          region,
          ...(address !== undefined && { address }),
          reason: [...reason, ...none],
        };
      }
    }
  };
  return step(node, []);
}

/** Probability that each region of the tree is the answer. The sum is 1. */
export function odds(
  node: DnsNode,
  { location, healthy }: Omit<Question, "draw">,
): ReadonlyMap<string, number> {
  const found = new Map(answers(node).map(({ region }) => [region, 0]));
  const step = (at: DnsNode, chance: number): void => {
    switch (at.kind) {
      case "latency":
        return step(branchOf(at, location).node, chance);
      case "weighted": {
        const total = at.branches.reduce((sum, { weight }) => sum + weight, 0);
        for (const { weight, node: next } of at.branches) step(next, (chance * weight) / total);
        return;
      }
      case "failover":
        return step(healthySide(at, healthy), chance);
      case "answer":
        found.set(at.region, (found.get(at.region) ?? 0) + chance);
    }
  };
  step(node, 1);
  return found;
}

/** A client network and its location. */
export interface ClientNetwork {
  readonly cidr: string;
  readonly region: string;
}

/** The networks of all locations, longest prefix first: the first that contains a client determines its location. */
export function clientNetworks({ branches }: LatencyNode): ClientNetwork[] {
  const prefix = ({ cidr }: ClientNetwork) => parseCidr(cidr)?.prefix ?? 0;
  return branches
    .flatMap(({ region, clients }) => clients.map((cidr) => ({ cidr, region })))
    .sort((one, other) => prefix(other) - prefix(one));
}

/** The location of a client by its IPv4 address; undefined if its network is unknown. */
export function locationOf(address: string, { tree }: Pick<DnsEntry, "tree">): string | undefined {
  const client = parseCidr(`${address}/32`);
  if (client === undefined) return undefined;
  const holder = clientNetworks(tree).find(({ cidr }) => {
    const range = parseCidr(cidr);
    return range !== undefined && contains(network(range), client);
  });
  return holder?.region;
}

/** The branch of a location, or of clients without a known location. */
export function branchOf(node: LatencyNode, location: string | undefined): LatencyBranch {
  const named = (name: string | undefined) => node.branches.find(({ region }) => region === name);
  const branch = named(location) ?? named(node.otherwise);
  if (branch === undefined) throw new RangeError(`no branch is for ${node.otherwise}`);
  return branch;
}

function healthySide(
  { primary, secondary }: FailoverNode,
  healthy: ReadonlySet<string>,
): OrderNode {
  if (healthy.has(primary.region)) return primary;
  return answers(secondary).some(({ region }) => healthy.has(region)) ? secondary : primary;
}

function pick(branches: readonly WeightedBranch[], drawn: number): WeightedBranch {
  const [first, ...rest] = branches;
  if (first === undefined) throw new RangeError("a weighted node has branches");
  const total = branches.reduce((sum, { weight }) => sum + weight, 0);
  const chance = first.weight / total;
  if (rest.length === 0 || drawn < chance) return first;
  return pick(rest, (drawn - chance) / (1 - chance));
}

function placeReasons({ region, node }: LatencyBranch, location: string | undefined): string[] {
  const first = firstRegions(node);
  return [
    location === region
      ? `nearest to ${region}`
      : `in no known network: answered as nearest to ${region}`,
    ...(first.includes(region) ? [] : [`${region} is drained: first is ${first.join(" or ")}`]),
  ];
}

/** The regions that can be the answer if all are healthy, over all random choices. */
function firstRegions(node: OrderNode): string[] {
  switch (node.kind) {
    case "weighted":
      return [...new Set(node.branches.flatMap((branch) => firstRegions(branch.node)))];
    case "failover":
      return [node.primary.region];
    case "answer":
      return [node.region];
  }
}

/** All answers of the tree, including repeated ones. */
function answers(node: DnsNode): AnswerNode[] {
  switch (node.kind) {
    case "latency":
    case "weighted":
      return node.branches.flatMap((branch) => answers(branch.node));
    case "failover":
      return [node.primary, ...answers(node.secondary)];
    case "answer":
      return [node];
  }
}
