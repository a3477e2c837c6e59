import * as dgram from "node:dgram";
import * as fs from "node:fs";
import * as path from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Resolver } from "node:dns/promises";
import { toolPath } from "../../../../toolchain/toolPath";
import { controlSocket, publishedNames, zoneFile } from "../manifests/powerdns";
import { planDns } from "..";
import type { DnsPlan } from "../types";
import { dnsName } from "../component";
import type { ZoneInputs } from "../../gateway/traffic";
import { type Instance, writePrivate, serviceDir } from "../../../providers/local/instance";

/** Traffic weight of each region, 0 to 100. Default: 100. */
export type TrafficWeights = Readonly<Record<string, number>>;

const run = promisify(execFile);

/** File with the weights, as JSON. It exists from the first drain on. */
export function weightsFile(instance: Instance): string {
  return path.join(instance.filesDir, "traffic-weights.json");
}

/** Reads the current weights. They survive `up`, restarts and reboots: a region remains drained until it is restored explicitly. */
export function readWeights(instance: Instance): TrafficWeights {
  const file = weightsFile(instance);
  if (!fs.existsSync(file)) return {};
  return JSON.parse(fs.readFileSync(file, "utf8")) as TrafficWeights;
}

export function writeWeights(instance: Instance, weights: TrafficWeights): void {
  const turned = Object.entries(weights).filter(([, weight]) => weight !== 100);
  writePrivate(weightsFile(instance), JSON.stringify(Object.fromEntries(turned)));
}

/** Deletes the weights of removed regions. */
export function forgetWeights(instance: Instance, regions: readonly string[]): void {
  const weights = readWeights(instance);
  if (!regions.some((region) => region in weights)) return;
  const kept = Object.entries(weights).filter(([region]) => !regions.includes(region));
  writeWeights(instance, Object.fromEntries(kept));
}

/** The current plan, including weights. */
export function currentDnsPlan(instance: Instance, inputs: ZoneInputs): DnsPlan {
  const weights = readWeights(instance);
  return planDns({
    ...inputs,
    regions: inputs.regions.map((region) => ({ ...region, weight: weights[region.name] ?? 100 })),
  });
}

export function zonePath(instance: Instance): string {
  return path.join(serviceDir(instance, dnsName), "zone");
}

/** Names in the zone file that the DNS server has loaded, with their addresses; none before it has a zone. */
export function readNames(instance: Instance, domain: string): Record<string, string[]> {
  try {
    return publishedNames(fs.readFileSync(zonePath(instance), "utf8"), domain);
  } catch {
    return {};
  }
}

/** Name of the server's configuration and control socket, unique for each instance. */
export function serverName(instance: Instance): string {
  return path.basename(instance.socket, ".sock");
}

/** The server's control socket, beside the supervisor's: a socket's path may not exceed 107 bytes. */
export function controlSocketOf(instance: Instance): string {
  return path.join(path.dirname(instance.socket), controlSocket(serverName(instance)));
}

/** File with the URL of every edge. The regions' pod simulators use it to reach each other. */
export function edgesFile(instance: Instance): string {
  return path.join(instance.filesDir, "edges.json");
}

/** Writes the zone and reloads it in the server without interruption. */
export async function publishZone(instance: Instance, inputs: ZoneInputs): Promise<void> {
  // Seconds since 1970: it increases with each publication and is below the limit of a serial until 2106.
  const { edges, zone } = publication(instance, inputs, Math.floor(Date.now() / 1000));
  writePrivate(edgesFile(instance), edges);
  writePrivate(zonePath(instance), zone);
  if (!fs.existsSync(controlSocketOf(instance))) return;
  await run(toolPath("pdns-control"), [
    `--config-dir=${serviceDir(instance, dnsName)}`,
    `--config-name=${serverName(instance)}`,
    `--socket-dir=${path.dirname(instance.socket)}`,
    ...["bind-reload-now", inputs.domain],
  ]);
}

/** Whether the zone file and the list of edges have the content that `publishZone` writes. */
export function isPublished(instance: Instance, inputs: ZoneInputs): boolean {
  const files = [zonePath(instance), edgesFile(instance)];
  if (!files.every((file) => fs.existsSync(file))) return false;
  const [zone = "", edges = ""] = files.map((file) => fs.readFileSync(file, "utf8"));
  const serial = Number(/ SOA \S+ \S+ (\d+) /.exec(zone)?.[1] ?? Number.NaN);
  if (Number.isNaN(serial)) return false;
  const expected = publication(instance, inputs, serial);
  return zone === expected.zone && edges === expected.edges;
}

/** Content of both files. */
function publication(instance: Instance, inputs: ZoneInputs, serial: number) {
  const { port } = inputs.check;
  const edges = inputs.regions.map(({ name, address }) => [name, `http://${address}:${port}`]);
  return {
    edges: JSON.stringify(Object.fromEntries(edges)),
    zone: zoneFile(currentDnsPlan(instance, inputs), { serial }),
  };
}

/** A label that only the wildcard answers: no app can have an underscore in its name. */
export const newLabel = "_new";

/**
 * Queries every name from every region, which starts the server's health checks: the server considers each address down until
 * its first check.
 */
export async function warmZone(inputs: ZoneInputs, port: number): Promise<void> {
  await Promise.all(
    [...inputs.apps, newLabel].flatMap((label) =>
      inputs.regions.map(({ clients }) =>
        lookUp(`${label}.${inputs.domain}`, { port, source: sourceIn(clients) }),
      ),
    ),
  );
}

/** An address on this machine that is a client of a region: the last of its loopback network. */
export function sourceIn(clients: readonly string[]): string | undefined {
  const loopback = clients.find((cidr) => cidr.startsWith("127."));
  return loopback?.replace(/\.0\.0\/16$/, ".255.254");
}

export interface LookUp {
  /** Port of the server on 127.0.0.1. */
  readonly port: number;
  /** Source address of the query. Default: the machine's choice. */
  readonly source?: string | undefined;
}

/** Queries the IPv4 addresses of a name. @throws if there is no answer. */
export async function lookUp(
  name: string,
  { port, source }: LookUp,
): Promise<{ address: string; ttl: number }[]> {
  const resolver = new Resolver({ timeout: 1000, tries: 3 });
  resolver.setServers([`127.0.0.1:${port}`]);
  if (source !== undefined) resolver.setLocalAddress(source);
  return resolver.resolve4(name, { ttl: true });
}

/** Whether a UDP port answers a DNS query. */
export function answersDns(port: number): Promise<boolean> {
  // A query for the root's name servers: twelve bytes of header, an empty name, type NS, class IN.
  const question = Buffer.from("4d52000000010000000000000000020001", "hex");
  return new Promise((resolve) => {
    const socket = dgram.createSocket("udp4");
    const finish = (found: boolean) => {
      clearTimeout(timer);
      socket.close();
      resolve(found);
    };
    const timer = setTimeout(() => finish(false), 300);
    socket.once("message", () => finish(true));
    socket.once("error", () => finish(false));
    socket.send(question, port, "127.0.0.1");
  });
}
