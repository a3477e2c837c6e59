import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { isFree, readPorts } from "../../infra/local/ports";
import { processesOf } from "../../infra/local/processes";
import { platform, sharedPlatformUp } from "./support/shared";

describe("taking a platform down", () => {
  before(sharedPlatformUp);

  it("leaves no process, port, socket or file, and a second time has nothing to do", async () => {
    const ports = Object.values(readPorts(platform.instance));
    assert.ok(ports.length > 40);
    assert.match(
      await platform.must("destroy", "local", "--yes"),
      /no process, port or state is left/,
    );
    assert.deepEqual(processesOf(platform.instance), []);
    for (const port of ports) assert.equal(await isFree(port), true, `port ${port} is held`);
    assert.equal(fs.existsSync(platform.home), false);
    assert.equal(fs.existsSync(platform.instance.socket), false);
    assert.match(await platform.must("destroy", "local", "--yes"), /nothing to take down/);
    const { code, output } = await platform.run("status");
    assert.equal(code, 1);
    assert.match(output, /is not up here.*meridian up local/);
  });
});
