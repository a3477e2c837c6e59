import * as assert from "node:assert/strict";
import * as net from "node:net";
import { killProcesses } from "../../infra/providers/local/processes";
import { readPorts } from "../../infra/providers/local/ports";
import { second, secondPlatformUp } from "./support/second";

describe("a port that somebody else has taken", () => {
  before(secondPlatformUp);

  it("is named, with its holder; freed, the platform comes back", async () => {
    await killProcesses(second.instance);
    const port = readPorts(second.instance)["eu-west-1/apiServer"] ?? 0;
    const thief = net.createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
    await new Promise((resolve) => thief.once("listening", resolve));
    const { code, output } = await second.run("up", second.environment);
    // Freed before anything is asserted: what comes next must not suffer from a failure here.
    await new Promise((resolve) => thief.close(resolve));
    await second.must("up", second.environment);
    assert.equal(code, 1);
    assert.match(output, new RegExp(`Port ${port} .*process ${process.pid}`));
  });
});
