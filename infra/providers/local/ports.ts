import * as fs from "node:fs";
import * as net from "node:net";
import { createHash } from "node:crypto";
import { type Instance, writePrivate } from "./instance";
import { listeningPorts } from "./processes";

/** Port numbers by name, for example `eu-west-1/api-server`. */
export type Ports = Readonly<Record<string, number>>;

/**
 * First and last port that an instance may allocate: above the well-known ones and below Linux's default range for outgoing
 * connections (32768), so that a connection that is opened while the platform is down cannot take an allocated port.
 */
const range = { first: 15_000, last: 32_700 };

/**
 * Allocates a free loopback port for every name that has none yet, and stores it, so that a region has the same address after a
 * restart. Each instance starts its search at a different port, so that two clones that start at the same time do not collide.
 * @throws if the range has no free port left.
 */
export async function allocatePorts(instance: Instance, names: readonly string[]): Promise<Ports> {
  const ports: Record<string, number> = { ...readPorts(instance) };
  const missing = names.filter((name) => ports[name] === undefined);
  if (missing.length === 0) return ports;
  // Ports on any address: a gateway of another clone listens on a loopback address of its region.
  const taken = new Set([...Object.values(ports), ...listeningPorts()]);
  let candidate = startOf(instance);
  for (const name of missing) {
    candidate = await nextFree(candidate, taken);
    ports[name] = candidate;
    taken.add(candidate);
  }
  writePrivate(instance.portsFile, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

/** The stored ports of the instance; empty if it has never been up. */
export function readPorts(instance: Instance): Ports {
  if (!fs.existsSync(instance.portsFile)) return {};
  return JSON.parse(fs.readFileSync(instance.portsFile, "utf8")) as Ports;
}

/**
 * Releases the ports of deleted resources, so that a region that is added again later gets new ones. Writes nothing if no port
 * matches.
 */
export function releasePorts(instance: Instance, prefix: string): void {
  if (!Object.keys(readPorts(instance)).some((name) => name.startsWith(prefix))) return;
  const kept = Object.entries(readPorts(instance)).filter(([name]) => !name.startsWith(prefix));
  writePrivate(instance.portsFile, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}

/** True if no process on this machine listens on the loopback port. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

function startOf(instance: Instance): number {
  const hash = createHash("sha256").update(instance.dir).digest().readUInt32BE(0);
  return range.first + (hash % (range.last - range.first));
}

async function nextFree(from: number, taken: ReadonlySet<number>): Promise<number> {
  const size = range.last - range.first;
  for (let step = 0; step < size; step++) {
    const port = range.first + ((from - range.first + step) % size);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(
    `No free port between ${range.first} and ${range.last} on 127.0.0.1. Stop what holds them (\`ss -ltnp\` lists it) and run the command again.`,
  );
}
