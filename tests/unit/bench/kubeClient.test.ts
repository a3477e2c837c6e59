import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { issueServing } from "../../../infra/providers/local/certificates";
import { kubeconfigOf } from "../../../infra/kube/kube";
import { KubeClient } from "../../../bench/kubeClient";
import { makeFolder } from "../../support/folder";
import { writePki } from "../../support/pki";

describe("A benchmark's connection to an API server", () => {
  let folder: ReturnType<typeof makeFolder>;
  let server: https.Server;
  let client: KubeClient;

  before(async () => {
    folder = makeFolder();
    await writePki(folder.dir);
    const { certificate, key } = await issueServing(folder.dir, "api", ["127.0.0.1"]);
    server = https.createServer({
      cert: certificate,
      key,
      ca: fs.readFileSync(path.join(folder.dir, "ca.crt")),
      requestCert: true,
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    client = new KubeClient(kubeconfigOf("test", `https://127.0.0.1:${port}`, folder.dir), 1);
  });
  after(() => {
    client.close();
    server.close();
    server.closeAllConnections();
    folder.remove();
  });

  it("is renewed when the server closes it between two requests", async () => {
    const served = new WeakSet<object>();
    let closed = 0;
    server.on("request", ({ socket }, response) => {
      if (served.has(socket)) {
        closed++;
        return void socket.destroy();
      }
      served.add(socket);
      response.end("{}");
    });
    for (let sent = 0; sent < 3; sent++) assert.deepEqual(await client.send("GET", "/x"), {});
    assert.equal(closed, 2);
  });
});
