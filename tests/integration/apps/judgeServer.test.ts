import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../infra/providers/local/instance";
import { serverTools, startServer } from "../../../operations/apps/judge/server";
import { ensureTools } from "../../../toolchain";
import { until } from "../../support/until";

/** Number of processes that run in a folder, also after its removal. */
function processesIn(folder: string): number {
  const runsThere = (pid: string) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  };
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && runsThere(name)).length;
}

describe("The API server for dry runs", function () {
  this.timeout(120_000);

  before(async function () {
    this.timeout(600_000);
    await ensureTools(serverTools, () => undefined);
  });

  it("accepts its own token only, and leaves nothing when it is stopped", async () => {
    const server = await startServer();
    const { client, folder } = server;
    try {
      assert.ok(processesIn(folder) >= 2);
      await client.get("/api/v1/namespaces");
      const other = { method: "GET", path: "/api/v1/namespaces", token: "other" } as const;
      const code = await client.open(other, (response) => {
        response.resume();
        return Promise.resolve(response.statusCode);
      });
      assert.equal(code, 401);
    } finally {
      server.stop();
    }
    assert.ok(!existsSync(folder));
    await until("its processes end", () => processesIn(folder) === 0, 20_000);
  });

  it("ends with a process that is killed, whose folder the next one removes", async () => {
    const script =
      'require("./operations/apps/judge/server").startServer().then(({ folder }) => console.log(folder));' +
      "setInterval(() => undefined, 1000)";
    const child = spawn(process.execPath, ["--require", "./cli/bin/loader.js", "--eval", script], {
      cwd: repositoryRoot,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const folder = line.toString().trim();
    assert.ok(existsSync(join(folder, "tokens.csv")));
    child.kill("SIGKILL");
    await once(child, "exit");
    await until("its processes end", () => processesIn(folder) === 0, 20_000);
    const next = await startServer();
    next.stop();
    assert.ok(!existsSync(folder));
  });
});
