import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf } from "../../infra/local/processes";
import { readPorts } from "../../infra/local/ports";
import { killTree } from "./support/killTree";
import { ended } from "./support/platform";
import { random } from "./support/random";
import { second, secondPlatformPrepared, secondPlatformUp } from "./support/second";
import { platform } from "./support/shared";

/** What an update that was cut short leaves of one resource is shown at the provider: tests/integration/local/providerKilled.test.ts. */
describe("`up` that is cut short", function () {
  this.timeout(600_000);
  const next = random(20261121);
  let pidsBeside: number[] = [];

  before(async () => {
    await secondPlatformPrepared();
    pidsBeside = processesOf(platform.instance).map(({ pid }) => pid);
  });

  const start = () => second.start("up", second.environment);

  it("by SIGKILL three times and by Ctrl-C once while everything is made: the next one finishes the work", async () => {
    for (let round = 0; round < 3; round++) {
      const child = start();
      child.stdout?.resume();
      child.stderr?.resume();
      await sleep(1500 + next() * 12_000);
      killTree(child.pid ?? 0);
    }
    const child = start();
    const result = ended(child);
    await sleep(6000);
    child.kill("SIGINT");
    const { code, output } = await result;
    assert.equal(code, 130, output);
    assert.match(output, /Run the same command again to finish/);
    assert.match(await secondPlatformUp(), /production is ready/);
    assert.equal((await second.status()).ready, true);
  });

  it("leaves no orphan: a further run changes nothing, and nothing runs twice", async () => {
    assert.match(await second.must("up", second.environment), /nothing changed/);
    const commands = processesOf(second.instance)
      .map(({ command }) => command)
      .filter((command) => !command.startsWith("sleep"));
    assert.equal(new Set(commands).size, commands.length);
    const ports = Object.values(readPorts(second.instance));
    assert.equal(new Set(ports).size, ports.length);
  });

  it("does not disturb the platform beside it, and shares no port with it", async () => {
    assert.equal((await platform.status()).ready, true);
    const now = new Set(processesOf(platform.instance).map(({ pid }) => pid));
    assert.ok(pidsBeside.length > 20);
    assert.deepEqual(
      pidsBeside.filter((pid) => !now.has(pid)),
      [],
    );
    const [mine, theirs] = [platform, second].map((one) => Object.values(readPorts(one.instance)));
    assert.deepEqual(
      mine?.filter((port) => theirs?.includes(port)),
      [],
    );
  });
});
