import * as fs from "node:fs";
import * as net from "node:net";
import { createHash } from "node:crypto";
import { type Instance, writePrivate } from "./instance";
import { listeningPorts } from "./processes";

/** Port numbers by name, for example `eu-west-1/api-server`. */
export type Ports = Readonly<Record<string, number>>;

/**
 * First and last port that an instance may take: above the well-known ones and below Linux's default
 * range for outgoing connections (32768), so that a connection made while the platform is down
 * cannot take a port that it remembers.
 */
const range = { first: 15_000, last: 32_700 };

/**
 * Chooses a free loopback port for every name that has none yet and remembers it, so that a region
 * answers at the same address after a restart. Each instance starts searching at a place of its own,
 * which keeps two clones that start at the same moment apart.
 * @throws when the range has no free port left.
 */
export async function allocatePorts(instance: Instance, names: readonly string[]): Promise<Ports> {
  const ports: Record<string, number> = { ...readPorts(instance) };
  const missing = names.filter((name) => ports[name] === undefined);
  if (missing.length === 0) return ports;
  // At any address: a gateway of another clone listens on a loopback address of its region.
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

/** The ports that the instance remembers; none when it has never been up. */
export function readPorts(instance: Instance): Ports {
  if (!fs.existsSync(instance.portsFile)) return {};
  return JSON.parse(fs.readFileSync(instance.portsFile, "utf8")) as Ports;
}

/** Forgets the ports of what is gone, so that a region that comes back later starts afresh. Without any nothing is written. */
export function releasePorts(instance: Instance, prefix: string): void {
  if (!Object.keys(readPorts(instance)).some((name) => name.startsWith(prefix))) return;
  const kept = Object.entries(readPorts(instance)).filter(([name]) => !name.startsWith(prefix));
  writePrivate(instance.portsFile, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}

/** True when nothing on this machine listens on the loopback port. */
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
