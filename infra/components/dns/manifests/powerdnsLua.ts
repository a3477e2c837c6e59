import { branchOf, clientNetworks } from "../resolve";
import { edgeToken } from "../../../plan/names";
import type { AnswerNode, DnsCheck, DnsName, OrderNode } from "../types";

/**
 * The tree of a name as Lua for PowerDNS 4.7, statement by statement. A space may be read as a line break anywhere.
 *
 * The client's network and the draws decide an order of all addresses; `ifurlup` leaves those that are up, and the first
 * of them answers. For that it gets one flat list with the selector "all": it then asks for every address each time, keeps
 * the order, and when none is up, gives the list back whole. Given one list for each address (the form made for failover)
 * it would stop at the first that is up: the checks of the others would end for want of use, and those of a new region
 * never begin. An address without checks counts as down, so the first answers after a loss would name the dead region.
 *
 * The draws are PowerDNS's own, from the system's random numbers. `math.random` starts from the same seed in each Lua
 * state: where every question has a new one, all get the same number, and threads with a state of their own draw alike.
 */
export function recordLua({ name, check, tree }: DnsName): string[] {
  const otherwise = order(branchOf(tree, undefined).node);
  const places = groups(clientNetworks(tree)).map(({ region, cidrs }, i) => {
    const test = `${i === 0 ? "if" : "elseif"} netmask(${list(cidrs)}) then`;
    return `${test} ${order(branchOf(tree, region).node)}`;
  });
  return [
    // The semicolon tells PowerDNS that this is a program, not an expression to put "return" before.
    ";local o",
    ...places,
    places.length === 0 ? otherwise : `else ${otherwise} end`,
    `return ifurlup(${quoted(url(name, check))}, o, ${options(check)})[1]`,
  ];
}

/**
 * Statements that set `o`, the order of addresses, after those that come before in any case. Draws go from the outside
 * to the inside, so each order is written whole where its last draw is.
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

/** @throws RangeError: PowerDNS answers with addresses, and knows no other way to name an edge. */
function addressOf({ region, address }: AnswerNode): string {
  if (address === undefined)
    throw new RangeError(`region ${region} has no address: give the IPv4 address of its edge`);
  return address;
}

/** curl connects to the address that is checked; the host only names the site, as it would for a client. */
function url(name: string, { port, path }: DnsCheck): string {
  return `http://${name}:${port}${path}`;
}

/**
 * A check is known by its URL, address and options, so all places of a name share one for each address. The interval is
 * a setting of the server; `interval` and `minimumFailures` are options of PowerDNS 5.0. Until then the first check that
 * fails takes a region out, and the first that succeeds takes it back. `stringmatch`: a stranger at the address of an
 * edge, who answers 200 to whatever he is asked, is not taken for one.
 */
function options({ timeoutSeconds }: DnsCheck): string {
  return `{selector='all', backupSelector='all', timeout='${timeoutSeconds}', stringmatch='${edgeToken}'}`;
}

interface Group {
  readonly region: string;
  readonly cidrs: readonly string[];
}

/** Neighbours of one region in one test: the order between regions, longest prefix first, stays. */
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

/** Nothing in a plan's names and addresses needs escaping: letters, digits, dots, hyphens, colons and slashes. */
function quoted(text: string): string {
  return `'${text}'`;
}
