import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf } from "../../infra/local/processes";
import { readPorts } from "../../infra/local/ports";
import { killTree } from "./support/killTree";
import { TestPlatform, shares } from "./support/platform";
import { random } from "./support/random";

describe("`up` killed with SIGKILL", function () {
  this.timeout(900_000);
  const platform = new TestPlatform("killed");
  const next = random(20261121);

  before(() => platform.prepare());
  after(() => platform.remove());

  const killAfter = async (ms: number) => {
    const child = platform.start("up", "local");
    child.stdout?.resume();
    child.stderr?.resume();
    await sleep(ms);
    killTree(child.pid ?? 0);
  };

  it("five times while everything is made: the next one finishes the work", async () => {
    for (let round = 0; round < 5; round++) await killAfter(1500 + next() * 12_000);
    const output = await platform.must("up", "local");
    assert.match(output, /local is ready/);
    const status = await platform.status();
    assert.deepEqual(shares(status, "storefront"), [4, 3, 3]);
  });

  for (let round = 1; round <= 3; round++) {
    it(`while something is changed, round ${round}: the next one converges`, async () => {
      const nodes = 2 + (round % 2);
      platform.configure((config) => {
        for (const region of config["meridian:regions"]) region["nodesPerZone"] = nodes;
        config["meridian:federation"] = { failover: { profile: round % 2 ? "steady" : "fast" } };
      });
      await killAfter(700 + next() * 6000);
      await platform.must("up", "local");
      const status = await platform.status();
      assert.equal(status.ready, true);
      for (const { zones } of status.regions) {
        assert.deepEqual(
          zones.map((zone) => zone.nodes),
          [nodes, nodes, nodes],
        );
      }
    });
  }

  it("ends in good order on Ctrl-C, says how to go on, and goes on", async () => {
    platform.configure((config) => {
      for (const region of config["meridian:regions"]) region["nodesPerZone"] = 4;
    });
    const child = platform.start("up", "local");
    let output = "";
    child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
    await sleep(3000);
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.equal(code, 130, output);
    assert.match(output, /Run the same command again to finish/);
    assert.match(await platform.must("up", "local"), /local is ready/);
    assert.equal((await platform.status()).regions[0]?.zones[0]?.nodes, 4);
  });

  it("leaves no orphan: a further run changes nothing, and nothing runs twice", async () => {
    assert.match(await platform.must("up", "local"), /nothing changed/);
    const commands = processesOf(platform.instance)
      .map(({ command }) => command)
      .filter((command) => !command.startsWith("sleep"));
    assert.equal(new Set(commands).size, commands.length);
    assert.equal(
      new Set(Object.values(readPorts(platform.instance))).size,
      Object.keys(readPorts(platform.instance)).length,
    );
  });
});
