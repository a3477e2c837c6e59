import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type * as net from "node:net";
import * as path from "node:path";
import { network } from "../../support/aws/forwarder";
import { makeFolder } from "../../support/folder";
import { closed, listening } from "../../support/http";

type Place = Pick<http.RequestOptions, "socketPath" | "port">;

/** Asks for a connection. @returns the proxy's status, and what is said at the other end where it came about. */
async function connect(place: Place, target: string): Promise<{ status: number; said: string }> {
  const request = http.request({ host: "127.0.0.1", ...place, method: "CONNECT", path: target });
  request.end();
  const [{ statusCode = 0 }, socket] = (await once(request, "connect")) as [
    http.IncomingMessage,
    net.Socket,
  ];
  if (statusCode !== 200) {
    socket.destroy();
    return { status: statusCode, said: "" };
  }
  socket.write("GET / HTTP/1.0\r\n\r\n");
  const answer = Buffer.concat((await socket.toArray()) as Buffer[]).toString();
  return { status: statusCode, said: answer.split("\r\n\r\n")[1] ?? "" };
}

describe("The network of the stand-in's clusters", () => {
  const folder = makeFolder();
  const socketPath = path.join(folder.dir, "network.sock");
  const routesFile = path.join(folder.dir, "routes.json");
  const target = http.createServer((_request, response) => response.end("gate"));
  let servers: readonly http.Server[];
  let places: readonly Place[];
  let port: number;

  before(async () => {
    port = await listening(target);
    fs.writeFileSync(socketPath, "left behind");
    servers = network(socketPath, 0, routesFile);
    await Promise.all(servers.map((server) => once(server, "listening")));
    const { port: proxyPort } = servers[1]?.address() as net.AddressInfo;
    places = [{ socketPath }, { port: proxyPort }];
  });
  after(async () => {
    await Promise.all([target, ...servers].map((server) => closed(server)));
    folder.remove();
  });

  it("leads nowhere before it is told a route, and where it is told from then on", async () => {
    for (const place of places) {
      fs.rmSync(routesFile, { force: true });
      assert.equal((await connect(place, "10.100.0.7:443")).status, 502);
      fs.writeFileSync(routesFile, JSON.stringify({ "10.100.0.7:443": port }));
      assert.deepEqual(await connect(place, "10.100.0.7:443"), { status: 200, said: "gate" });
      assert.equal((await connect(place, "10.100.0.7:444")).status, 502);
    }
  });

  it("says so when nobody listens there", async () => {
    const free = http.createServer();
    const nobody = await listening(free);
    await closed(free);
    fs.writeFileSync(routesFile, JSON.stringify({ "gate.svc:443": nobody }));
    for (const place of places) assert.equal((await connect(place, "gate.svc:443")).status, 502);
  });

  it("is no web server", async () => {
    const { port: proxyPort } = places[1] ?? {};
    assert.equal((await fetch(`http://127.0.0.1:${proxyPort}/`)).status, 405);
  });
});
