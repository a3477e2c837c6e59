import type { DnsName, DnsPlan } from "../types";
import { recordLua } from "./powerdnsLua";

/** Texts for PowerDNS 4.7 (Debian 12's pdns-server and pdns-backend-bind), which serves the plan where there is no cloud. */

/** Label of an ordinary A record, to compare the speed of computed answers with. */
export const plainLabel = "plain";

export interface ZoneOptions {
  /** Version of the zone, 0 to 4294967295. */
  readonly serial: number;
  /** Label of the name server under the domain. Default: "ns". */
  readonly nameserver?: string;
}

/** How long "there is no such name" may be kept, seconds: a name that is asked for too early appears soon after. */
const negativeTtlSeconds = 5;

/** Everything runs on one machine: the server, and whatever `plain` would lead to. */
const loopback = "127.0.0.1";

/**
 * The zone as a BIND file. PowerDNS reads a changed one when it is told to, and forgets what it has in its caches:
 * `pdns_control bind-reload-now <domain>`. Checks go on as they were; an address that is new to a name is down until its
 * first check, as all are after the first question for a name.
 *
 * @throws RangeError when an app's name is one that the zone itself needs, or the serial is impossible.
 */
export function zoneFile({ domain, ttlSeconds, names }: DnsPlan, options: ZoneOptions): string {
  const { serial, nameserver = "ns" } = options;
  if (!Number.isInteger(serial) || serial < 0 || serial > 2 ** 32 - 1)
    throw new RangeError(`the serial is ${serial}: give a whole number from 0 to 4294967295`);
  for (const { app } of names)
    if (app === nameserver || app === plainLabel)
      throw new RangeError(`an app cannot be named ${app}: ${app}.${domain} is the zone's own`);
  // Nobody transfers the zone, so refresh, retry and expiry (in this order) are the usual ones.
  const times = `3600 600 604800 ${negativeTtlSeconds}`;
  const lines = [
    `$ORIGIN ${domain}.`,
    `$TTL ${ttlSeconds}`,
    `@ IN SOA ${nameserver}.${domain}. hostmaster.${domain}. ${serial} ${times}`,
    `@ IN NS ${nameserver}.${domain}.`,
    `${nameserver} IN A ${loopback}`,
    `${plainLabel} IN A ${loopback}`,
    ...names.map(luaRecord),
  ];
  return `${lines.join("\n")}\n`;
}

function luaRecord(name: DnsName): string {
  const strings = recordLua(name).flatMap(wrapped);
  return [
    `${name.app} ${name.ttlSeconds} IN LUA A (`,
    ...strings.map((text) => `  "${text}"`),
    ")",
  ].join("\n");
}

/**
 * Cuts at spaces into strings of at most 255 bytes, the most that DNS has room for. PowerDNS joins them with a space, and
 * would cut longer ones anywhere when it transfers the zone.
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
 * What a zone file of ours answers with: the addresses that may be given, by name. The inverse of `zoneFile`, as far as
 * a person would ask.
 */
export function publishedNames(zone: string, domain: string): Record<string, string[]> {
  const records = zone.matchAll(/^(\S+) \d+ IN LUA A \(\n([^]*?)\n\)$/gm);
  return Object.fromEntries(
    [...records].map(([, app = "", lua = ""]) => {
      // Not the networks of clients, and no part of a URL.
      const addresses = lua.matchAll(/(?<![\d./])\d+\.\d+\.\d+\.\d+(?![\d./])/g);
      return [`${app}.${domain}`, [...new Set([...addresses].map(([address]) => address))].sort()];
    }),
  );
}

export interface PowerdnsOptions {
  /** The server's `--config-name`: it reads pdns-<name>.conf, and its control socket is named alike. */
  readonly name: string;
  /** Absolute folder of named.conf. */
  readonly folder: string;
  /** Absolute folder of the control socket, whose path must stay below 108 bytes. */
  readonly socketDir: string;
  /** Port on 127.0.0.1, UDP and TCP. */
  readonly port: number;
  /** Time between two checks of an address, seconds. */
  readonly checkIntervalSeconds: number;
}

/** Name of PowerDNS's control socket in its folder. */
export function controlSocket(name: string): string {
  return `pdns-${name}.controlsocket`;
}

/** Longest path of a Unix socket on Linux, bytes, without the zero at its end. */
const longestSocketPath = 107;

/**
 * pdns.conf. Names and defaults are those of 4.7's "Authoritative Server Settings".
 *
 * @throws RangeError when the folder's path is too long for a socket: PowerDNS would not start.
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
    // It runs under a supervisor that reads its output.
    daemon: "no",
    guardian: "no",
    "write-pid": "no",
    "disable-syslog": "yes",
    // Default 4. At 6 it says when it takes a region for up or down.
    loglevel: 6,
    // One thread that receives and answers: the zone is in memory, and there is nothing to wait for. Default: 3.
    "distributor-threads": 1,
    "receiver-threads": 1,
    // Default: no. With "yes" each question gets a new Lua state, which costs ten times the answer: 2,100 answers a
    // second on one core where this gives 24,000. It is safe, as our records leave nothing behind in the state.
    "enable-lua-records": "shared",
    // Default 1000 instructions, counted over all questions of a shared state. What we run has no loops.
    "lua-records-exec-limit": 0,
    // Default: 5.
    "lua-health-checks-interval": checkIntervalSeconds,
    // Default 3600. A check that has ended makes its region down on the next question, so they go on for a month.
    "lua-health-checks-expire-delay": 30 * 24 * 3600,
    // Default: no. The client's network, which a resolver passes on, tells where it is.
    "edns-subnet-processing": "yes",
    "disable-axfr": "yes",
    // Default: full.
    "version-string": "anonymous",
    // Default: the host's name.
    "server-id": "disabled",
    // Default: secpoll.powerdns.com. Empty: nothing is asked of the Internet.
    "security-poll-suffix": "",
    webserver: "no",
    api: "no",
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** named.conf with the one zone. "native": PowerDNS neither notifies nor follows other servers. */
export function namedConf(domain: string, zoneFilePath: string): string {
  return `zone "${domain}" {\n  type native;\n  file "${zoneFilePath}";\n};\n`;
}
