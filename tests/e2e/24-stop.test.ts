import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { isFree, readPorts } from "../../infra/providers/local/ports";
import { processesOf } from "../../infra/providers/local/processes";
import { ended, eventually, longLived } from "./support/platform";
import { second, secondPlatformUp } from "./support/second";
import { platform } from "./support/shared";

describe("taking a platform down", () => {
  before(secondPlatformUp);

  it("leaves no process, port, socket or file, and what stands beside it alone", async () => {
    const ports = Object.values(readPorts(second.instance));
    assert.ok(ports.length > 25);
    const beside = await longLived(platform);
    assert.match(
      await second.must("destroy", second.environment, "--yes"),
      /no process, port or state is left/,
    );
    assert.deepEqual(processesOf(second.instance), []);
    for (const port of ports) assert.equal(await isFree(port), true, `port ${port} is held`);
    assert.equal(fs.existsSync(second.home), false);
    assert.equal(fs.existsSync(second.instance.socket), false);
    assert.equal((await platform.status()).ready, true);
    assert.deepEqual(await longLived(platform), beside);
  });

  it("interrupts an `up` that runs, in the middle, and leaves nothing of it either", async () => {
    const { environment, instance, home } = second;
    const up = ended(second.start("up", environment));
    await eventually("the engine has begun", 60, () =>
      Promise.resolve(processesOf(instance).length > 5),
    );
    const output = await second.must("destroy", environment, "--yes");
    assert.match(
      output,
      /`meridian up production` \(process \d+, since .*\) is changing production\. Interrupting it first/,
    );
    assert.match(output, /no process, port or state is left/);
    const interrupted = await up;
    assert.equal(interrupted.code, 130);
    assert.match(interrupted.output, /Stopped\. Run the same command again to finish\./);
    assert.deepEqual(processesOf(instance), []);
    assert.equal(fs.existsSync(home), false);
  });

  it("has nothing to do a second time, and its status says that it is not up", async () => {
    const again = await second.must("destroy", second.environment, "--yes");
    assert.match(again, /nothing to take down/);
    const { code, output } = await second.run("status", second.environment);
    assert.equal(code, 1);
    assert.match(output, /is not up here.*meridian up production/);
  });
});
