import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { readPorts } from "../../infra/providers/local/ports";
import { killTree } from "./support/killTree";
import { ended, longLived, nothingRunsTwice } from "./support/platform";
import { random } from "./support/random";
import { second, secondPlatformPrepared, secondPlatformUp } from "./support/second";
import { platform } from "./support/shared";

/** What an update that was cut short leaves of one resource is shown at the provider: tests/integration/local/providerKilled.test.ts. */
describe("`up` that is cut short", function () {
  this.timeout(600_000);
  const next = random(20261121);
  let beside: string[] = [];

  before(async () => {
    await secondPlatformPrepared();
    beside = await longLived(platform);
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
    assert.match(await secondPlatformUp(), /production is up/);
    assert.equal((await second.status()).ready, true);
  });

  it("leaves no orphan: a further run changes nothing, and nothing runs twice", async () => {
    assert.match(await second.must("up", second.environment), /nothing changed/);
    await nothingRunsTwice(second);
    const ports = Object.values(readPorts(second.instance));
    assert.equal(new Set(ports).size, ports.length);
  });

  it("does not disturb the platform beside it, and shares no port with it", async () => {
    assert.equal((await platform.status()).ready, true);
    assert.ok(beside.length > 15, beside.join());
    assert.deepEqual(await longLived(platform), beside);
    const [mine, theirs] = [platform, second].map((one) => Object.values(readPorts(one.instance)));
    assert.deepEqual(
      mine?.filter((port) => theirs?.includes(port)),
      [],
    );
  });
});
