import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { killProcesses, processesOf } from "../../infra/local/processes";
import { readPorts } from "../../infra/local/ports";
import { TestPlatform } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";

describe("bad input", () => {
  describe("in the configuration", () => {
    const fresh = new TestPlatform("bad");
    before(() => fresh.prepare());
    after(() => fresh.remove());

    it("is reported as a whole, before anything is touched", async () => {
      fs.writeFileSync(
        path.join(fresh.environments, "Pulumi.local.yaml"),
        [
          "config:",
          "  meridian:provider: local",
          "  meridian:regoins: []",
          "  meridian:regions:",
          "    - { name: eu-west-1, zones: [] }",
          "    - { name: eu-west-1, nodesPerZone: 0 }",
          "    - { name: us-east-1, cidr: 10.0.0.0/99, weight: -1 }",
        ].join("\n"),
      );
      const { code, output } = await fresh.run("up", "local");
      assert.equal(code, 1);
      for (const path of [
        "meridian:regoins",
        "meridian:regions[0].zones",
        "meridian:regions[1].nodesPerZone",
        "meridian:regions[2].cidr",
        "meridian:regions[2].weight",
      ]) {
        assert.ok(output.includes(path), `${path} is missing in:\n${output}`);
      }
      assert.equal(fs.existsSync(fresh.instance.dir), false);
      assert.deepEqual(processesOf(fresh.instance), []);
    });

    it("of an environment that does not exist says which file is looked for", async () => {
      const { code, output } = await fresh.run("up", "nowhere");
      assert.equal(code, 1);
      assert.match(output, /Pulumi\.nowhere\.yaml/);
    });
  });

  describe("around it", () => {
    before(sharedPlatformUp);

    it("a port that somebody else has taken is named, with its holder; freed, the platform comes back", async () => {
      await killProcesses(platform.instance);
      const port = readPorts(platform.instance)["eu-west-1/apiServer"] ?? 0;
      const thief = net.createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
      await new Promise((resolve) => thief.once("listening", resolve));
      const { code, output } = await platform.run("up", "local");
      // Freed before anything is asserted: what comes next must not suffer from a failure here.
      await new Promise((resolve) => thief.close(resolve));
      await platform.must("up", "local");
      assert.equal(code, 1);
      assert.match(output, new RegExp(`Port ${port} .*process ${process.pid}`));
    });

    it("a second platform beside it does not disturb it", async function () {
      this.timeout(300_000);
      const other = new TestPlatform("other");
      other.prepare();
      other.configure((config) => {
        config["meridian:regions"] = [{ name: "eu-north-1" }];
      });
      try {
        const pids = processesOf(platform.instance).map(({ pid }) => pid);
        const output = await other.must("up", "local");
        assert.match(output, /eu-north-1/);
        assert.equal((await other.status()).ready, true);
        const mine = Object.values(readPorts(platform.instance));
        const theirs = Object.values(readPorts(other.instance));
        assert.deepEqual(
          mine.filter((port) => theirs.includes(port)),
          [],
        );
        await other.must("destroy", "local", "--yes");
        assert.equal((await platform.status()).ready, true);
        const now = new Set(processesOf(platform.instance).map(({ pid }) => pid));
        assert.ok(pids.filter((pid) => now.has(pid)).length > 20);
      } finally {
        await other.remove();
      }
    });
  });
});
