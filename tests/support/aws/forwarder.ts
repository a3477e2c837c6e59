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
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", ({ url = "" }: http.IncomingMessage, incoming: net.Socket) => {
    if (url.replace(/:\d+$/, "") !== name) {
      incoming.end(`HTTP/1.1 502 nobody knows ${url}\r\n\r\n`);
      return;
    }
    const outgoing = net.connect(to, "127.0.0.1", () =>
      incoming.write("HTTP/1.1 200 Connection established\r\n\r\n"),
    );
    pass(incoming, outgoing);
  });
  server.listen(port, "127.0.0.1");
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
