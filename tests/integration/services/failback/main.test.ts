import * as assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import type { FailbackServiceConfig } from "../../../../services/failback/config";
import { bundleAsImage, runBundle } from "../../../support/bundledService";
import { makeFolder } from "../../../support/folder";
import { KubeStore } from "../../../support/kubeStore";
import { until } from "../../../support/until";

describe("The failback service's process, bundled as its image has it", () => {
  const folder = makeFolder();
  let bundle: string;
  const configFile = path.join(folder.dir, "config.json");
  let karmada: KubeStore;
  let port: number;
  let child: ChildProcess | undefined;

  before(async function () {
    this.timeout(60_000);
    bundle = bundleAsImage("failback", folder.dir);
    karmada = await KubeStore.start();
    port = await freePort();
    const config: FailbackServiceConfig = {
      api: karmada.api,
      ...{ steadySeconds: 60, maxConcurrent: 5 },
      probes: { address: "127.0.0.1", port },
    };
    fs.writeFileSync(configFile, JSON.stringify(config));
  });
  afterEach(() => child?.kill("SIGKILL"));
  after(async () => {
    karmada.client.close();
    await karmada.leave();
    folder.remove();
  });

  const run = (...args: string[]) => {
    const ran = runBundle(bundle, args);
    child = ran.started;
    return ran;
  };

  const status = async (file: string) =>
    (await fetch(`http://127.0.0.1:${port}${file}`).catch(() => undefined))?.status;

  it("answers its probes, survives a Karmada that does not answer, and ends when it is asked to", async function () {
    this.timeout(30_000);
    const { started, output } = run(configFile);
    await until("Karmada has answered", async () => (await status("/readyz")) === 200, 20_000);
    assert.deepEqual([await status("/livez"), await status("/metrics")], [200, 404]);
    await karmada.leave();
    await until("it says so", () => /ECONNREFUSED.*; it is tried again/.test(output.text), 20_000);
    await karmada.comeBack();
    await until("it goes on", () => output.text.includes("Karmada answers again"), 20_000);
    const ended = once(started, "exit");
    started.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
  });

  it("is alive and not ready before Karmada has answered", async function () {
    this.timeout(30_000);
    await karmada.leave();
    try {
      run(configFile);
      await until("it listens", async () => (await status("/livez")) === 200, 20_000);
      assert.equal(await status("/readyz"), 503);
    } finally {
      await karmada.comeBack();
    }
  });

  it("says why it does not start", async () => {
    const { started, output } = run(path.join(folder.dir, "none.json"));
    assert.deepEqual(await once(started, "close"), [1, null]);
    assert.match(output.text, /^ENOENT: .*none\.json'\n$/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
