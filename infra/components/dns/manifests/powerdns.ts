import type { DnsEntry, DnsPlan } from "../types";
import { recordLua } from "./powerdnsLua";

/** Configuration files of PowerDNS 4.7 (Debian 12's pdns-server and pdns-backend-bind), which serves the plan without a cloud. */

/** Label of an ordinary A record: a baseline for the speed of computed answers. */
export const plainLabel = "plain";

export interface ZoneOptions {
  /** Version of the zone, 0 to 4294967295. */
  readonly serial: number;
  /** Label of the name server under the domain. Default: "ns". */
  readonly nameserver?: string;
}

/** TTL of negative answers in seconds: a name that a client queries before it exists resolves soon after its creation. */
const negativeTtlSeconds = 5;

/** The server and the target of `plain` are on this machine. */
const loopback = "127.0.0.1";

/**
 * The zone as a BIND file. `pdns_control bind-reload-now <domain>` makes PowerDNS read a changed file and clear its caches.
 * Running checks continue. An address that is new to a name is down until its first check, as are all addresses after the first
 * query for a name.
 *
 * @throws RangeError if an app's name is reserved by the zone or the serial is invalid.
 */
export function zoneFile(
  { domain, ttlSeconds, names, wildcard }: DnsPlan,
  options: ZoneOptions,
): string {
  const { serial, nameserver = "ns" } = options;
  if (!Number.isInteger(serial) || serial < 0 || serial > 2 ** 32 - 1)
    throw new RangeError(`the serial is ${serial}: give a whole number from 0 to 4294967295`);
  for (const { app } of names)
    if (app === nameserver || app === plainLabel)
      throw new RangeError(`an app cannot be named ${app}: ${app}.${domain} is the zone's own`);
  // There are no zone transfers, so refresh, retry and expiry (in this order) have common values.
  const times = `3600 600 604800 ${negativeTtlSeconds}`;
  const lines = [
    `$ORIGIN ${domain}.`,
    `$TTL ${ttlSeconds}`,
    `@ IN SOA ${nameserver}.${domain}. hostmaster.${domain}. ${serial} ${times}`,
    `@ IN NS ${nameserver}.${domain}.`,
    `${nameserver} IN A ${loopback}`,
    `${plainLabel} IN A ${loopback}`,
    ...names.map((name) => luaRecord(name.app, name)),
    luaRecord("*", wildcard),
  ];
  return `${lines.join("\n")}\n`;
}

function luaRecord(label: string, entry: DnsEntry): string {
  const strings = recordLua(entry).flatMap(wrapped);
  return [
    `${label} ${entry.ttlSeconds} IN LUA A (`,
    ...strings.map((text) => `  "${text}"`),
    ")",
  ].join("\n");
}

/**
 * Splits a statement at spaces into strings of at most 255 bytes, the limit of DNS. PowerDNS joins them with a space, and would
 * split longer ones anywhere in a zone transfer.
 */
function wrapped(statement: string): string[] {
  return statement.split(" ").reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    return last === undefined || longer.length > 255
      ? [...lines, word]
      : [...lines.slice(0, -1), longer];
  }, []);
}

/**
 * The addresses that a zone file of `zoneFile` may return, by name.
 */
export function publishedNames(zone: string, domain: string): Record<string, string[]> {
  const records = zone.matchAll(/^(\S+) \d+ IN LUA A \(\n([^]*?)\n\)$/gm);
  return Object.fromEntries(
    [...records].map(([, label = "", lua = ""]) => {
      // Excludes client networks and parts of a URL.
      const addresses = lua.matchAll(/(?<![\d./])\d+\.\d+\.\d+\.\d+(?![\d./])/g);
      return [
        `${label}.${domain}`,
        [...new Set([...addresses].map(([address]) => address))].sort(),
      ];
    }),
  );
}

export interface PowerdnsOptions {
  /** The server's `--config-name`: it reads pdns-<name>.conf and uses the name in its control socket. */
  readonly name: string;
  /** Absolute folder of named.conf. */
  readonly folder: string;
  /** Absolute folder of the control socket, whose path must stay below 108 bytes. */
  readonly socketDir: string;
  /** Port on 127.0.0.1, UDP and TCP. */
  readonly port: number;
  /** Interval between two checks of an address, seconds. */
  readonly checkIntervalSeconds: number;
}

/** Name of PowerDNS's control socket in its folder. */
export function controlSocket(name: string): string {
  return `pdns-${name}.controlsocket`;
}

/** Maximum length of a Unix socket's path on Linux in bytes, without the terminating zero. */
const longestSocketPath = 107;

/**
 * pdns.conf. Names and defaults are those of 4.7's "Authoritative Server Settings".
 *
 * @throws RangeError if the folder's path is too long for a socket: PowerDNS would not start.
 */
export function powerdnsSettings(options: PowerdnsOptions): string {
  const { name, folder, socketDir, port, checkIntervalSeconds } = options;
  const excess = Buffer.byteLength(`${socketDir}/${controlSocket(name)}`) - longestSocketPath;
  if (excess > 0)
    throw new RangeError(
      `${socketDir} is ${excess} bytes too long for a control socket: give a shorter folder`,
    );
  const settings: Readonly<Record<string, string | number>> = {
    launch: "bind",
    "bind-config": `${folder}/named.conf`,
    "local-address": loopback,
    "local-port": port,
    "socket-dir": socketDir,
    // A supervisor runs it and reads its output.
    daemon: "no",
    guardian: "no",
    "write-pid": "no",
    "disable-syslog": "yes",
    // Default: 4. At 6 it logs when a region's state changes to up or down.
    loglevel: 6,
    // One thread receives and answers: the zone is in memory, so it never waits. Default: 3.
    "distributor-threads": 1,
    "receiver-threads": 1,
    // Default: no. With "yes" each query creates a new Lua state, which costs ten times the answer: 2,100 answers a second on one
    // core instead of 24,000. A shared state is safe, as our records store nothing in it.
    "enable-lua-records": "shared",
    // Default: 1000 instructions, counted over all queries of a shared state. Our records have no loops.
    "lua-records-exec-limit": 0,
    // Default: 5.
    "lua-health-checks-interval": checkIntervalSeconds,
    // Default: 3600. After a check expires, its region is down for the next query, so checks continue for a month.
    "lua-health-checks-expire-delay": 30 * 24 * 3600,
    // Default: no. Resolvers forward the client's network, which determines its location.
    "edns-subnet-processing": "yes",
    "disable-axfr": "yes",
    // Default: full.
    "version-string": "anonymous",
    // Default: the host's name.
    "server-id": "disabled",
    // Default: secpoll.powerdns.com. Empty: no query to the Internet.
    "security-poll-suffix": "",
    webserver: "no",
    api: "no",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** named.conf with the one zone. "native": PowerDNS does not replicate with other servers. */
export function namedConf(domain: string, zoneFilePath: string): string {
  return `zone "${domain}" {\n  type native;\n  file "${zoneFilePath}";\n};\n`;
}
