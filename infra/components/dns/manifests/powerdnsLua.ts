import { branchOf, clientNetworks } from "../resolve";
import { edgeToken } from "../../../plan/names";
import type { AnswerNode, DnsCheck, DnsEntry, OrderNode } from "../types";

/**
 * The tree of a name as Lua statements for PowerDNS 4.7. Every space may become a line break.
 *
 * The client's network and the random choices determine an order of all addresses. `ifurlup` removes those that are down, and the
 * first of the rest is the answer. It receives one flat list with the selector "all": it then uses the check of every address each
 * time, preserves the order, and returns the complete list if none is up. With one list per address (the form for failover) it
 * would stop at the first that is up: unused checks of the others would expire, and those of a new region would never start.
 * An address without checks is down, so the first answers after a loss would contain the lost region.
 *
 * PowerDNS makes the random choices with the system's random numbers. `math.random` starts from the same seed in each Lua state:
 * with a new state for each query, every query would get the same number, and threads with separate states the same sequence.
 */
export function recordLua({ check, tree }: DnsEntry): string[] {
  const otherwise = order(branchOf(tree, undefined).node);
  const places = groups(clientNetworks(tree)).map(({ region, cidrs }, i) => {
    const test = `${i === 0 ? "if" : "elseif"} netmask(${list(cidrs)}) then`;
    return `${test} ${order(branchOf(tree, region).node)}`;
  });
  return [
    // With the semicolon, PowerDNS parses this as a program, not as an expression that it prefixes with "return".
    ";local o",
    ...places,
    places.length === 0 ? otherwise : `else ${otherwise} end`,
    `return ifurlup(${quoted(url(check))}, o, ${options(check)})[1]`,
  ];
}

/**
 * Statements that set `o`, the order of addresses, which starts with `before`. Random choices are nested, so the innermost one
 * contains the complete order.
 */
function order(node: OrderNode, before: readonly string[] = []): string {
  switch (node.kind) {
    case "answer":
      return `o=${list([...before, addressOf(node)])}`;
    case "failover":
      return order(node.secondary, [...before, addressOf(node.primary)]);
    case "weighted": {
      const weights = node.branches.map(({ weight }, i) => `{${weight}, '${i}'}`);
      const choices = node.branches.map((branch, i) => {
        const last = i === node.branches.length - 1;
        const test = last ? "else" : `${i === 0 ? "if" : "elseif"} d=='${i}' then`;
        return `${test} ${order(branch.node, before)}`;
      });
      return `local d=pickwrandom({${weights.join(", ")}}) ${choices.join(" ")} end`;
    }
  }
}

/** @throws RangeError if there is no address: PowerDNS can identify an edge only by address. */
function addressOf({ region, address }: AnswerNode): string {
  if (address === undefined)
    throw new RangeError(`region ${region} has no address: give the IPv4 address of its edge`);
  return address;
}

/** URL of a check. curl connects to the checked address and sends the URL's host, as a client would. */
function url({ host, port, path }: DnsCheck): string {
  return `http://${host}:${port}${path}`;
}

/**
 * URL, address and options identify a check, so all locations of a name share one per address. The interval is a setting of the
 * server; `interval` and `minimumFailures` are options of PowerDNS 5.0. In earlier versions the first failed check takes a region
 * out of service, and the first successful one restores it. `stringmatch` rejects another server at an edge's address that
 * answers 200 to every request.
 */
function options({ timeoutSeconds }: DnsCheck): string {
  return `{selector='all', backupSelector='all', timeout='${timeoutSeconds}', stringmatch='${edgeToken}'}`;
}

interface Group {
  readonly region: string;
  readonly cidrs: readonly string[];
}

/** Merges adjacent networks of one region into one test. The order, longest prefix first, is preserved. */
function groups(networks: readonly { region: string; cidr: string }[]): Group[] {
  return networks.reduce<Group[]>((all, { region, cidr }) => {
    const last = all.at(-1);
    return last?.region === region
      ? [...all.slice(0, -1), { region, cidrs: [...last.cidrs, cidr] }]
      : [...all, { region, cidrs: [cidr] }];
  }, []);
}

function list(texts: readonly string[]): string {
  return `{${texts.map(quoted).join(", ")}}`;
}

/** Names and addresses of a plan need no escaping: they contain letters, digits, dots, hyphens, colons and slashes. */
function quoted(text: string): string {
  return `'${text}'`;
}
