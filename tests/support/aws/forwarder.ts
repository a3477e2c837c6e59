import * as fs from "node:fs";
import * as http from "node:http";
import * as net from "node:net";

/**
 * Passes TCP connections on: a load balancer's address that leads to a port of this machine. A process of its own
 * (`forward.js`), so that it works on while the test's own process is busy.
 */
export function forward(address: string, port: number, to: number): void {
  const server = net.createServer((incoming) => pass(incoming, net.connect(to, "127.0.0.1")));
  server.listen(port, address);
}

/**
 * A proxy on loopback for clients that call a server by a name within a cluster, which nobody on this machine knows.
 * Any other name is refused.
 */
export function proxy(port: number, name: string, to: number): void {
  connector((target) => (target.replace(/:\d+$/, "") === name ? to : undefined)).listen(
    port,
    "127.0.0.1",
  );
}

/**
 * The network of a cluster that has none: leads to ports of this machine by what they are called within the cluster.
 * @param socket Where the API server asks for connections.
 * @param port Port on loopback where clients outside of the cluster ask for the same.
 * @param routesFile JSON, port by "address:port" or "name:port". Read at each connection: it may change. Absent: no routes.
 * @returns what listens at both.
 */
export function network(socket: string, port: number, routesFile: string): http.Server[] {
  const routed = (target: string) => readRoutes(routesFile)[target];
  // One that was killed leaves its socket behind.
  fs.rmSync(socket, { force: true });
  return [connector(routed).listen(socket), connector(routed).listen(port, "127.0.0.1")];
}

function readRoutes(file: string): Readonly<Record<string, number>> {
  if (!fs.existsSync(file)) return {};
  return JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, number>;
}

/** A server that opens connections by HTTP's CONNECT, and does nothing else. */
function connector(portOf: (target: string) => number | undefined): http.Server {
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", ({ url = "" }: http.IncomingMessage, incoming: net.Socket) => {
    const refuse = (reason: string) => incoming.end(`HTTP/1.1 502 ${reason}\r\n\r\n`);
    // Whoever has gone need not be told.
    incoming.on("error", () => undefined);
    const to = portOf(url);
    if (to === undefined) {
      refuse(`nobody knows ${url}`);
      return;
    }
    const outgoing = net.connect(to, "127.0.0.1");
    const failed = () => refuse(`${url} does not answer`);
    incoming.once("close", () => outgoing.destroy());
    outgoing.once("error", failed);
    outgoing.once("connect", () => {
      outgoing.off("error", failed);
      incoming.write("HTTP/1.1 200 Connection established\r\n\r\n");
      pass(incoming, outgoing);
    });
  });
  return server;
}

function pass(incoming: net.Socket, outgoing: net.Socket): void {
  for (const [one, other] of [
    [incoming, outgoing],
    [outgoing, incoming],
  ] as const) {
    one.setNoDelay(true);
    one.pipe(other);
    // What ends on one side ends on the other; whoever connected sees it, and nobody else need.
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
  }
}

/**
 * A loopback address that is free at a port: worlds that run side by side each have one.
 * @param second Second number of the addresses, which are 127.second.n.1.
 * @param start Where the search begins.
 */
export async function freeAddress(second: number, port: number, start: number): Promise<string> {
  const size = 250;
  for (let step = 0; step < size; step++) {
    const address = `127.${second}.${((start + step) % size) + 1}.1`;
    if (await isFree(address, port)) return address;
  }
  throw new Error(`no address of 127.${second}.0.0/16 is free at port ${port}`);
}

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: address, exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}
