import * as assert from "node:assert/strict";
import { eventually, hasLeft, replicasByRegion, shares } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";
import { SteadyTraffic } from "./support/steadyTraffic";
import { Traffic } from "./support/traffic";

describe("a region that is lost", () => {
  before(async () => {
    await sharedPlatformUp();
    // Earlier tests may have lost a region for a moment.
    await platform.share();
  });

  it("has every replica ready elsewhere, fairly divided, without anybody's doing", async () => {
    const before = shares(await platform.status(), "storefront").reduce((a, b) => a + b, 0);
    assert.match(await platform.must("region", "lose", "us-east-1"), /us-east-1 is lost/);
    const status = await eventually("all replicas are ready in two regions", 60, async () => {
      const now = await platform.status();
      return now.apps.every(({ name }) => hasLeft(now, name, "us-east-1")) && now;
    });
    const [first = 0, lost, third = 0] = replicasByRegion(status, "storefront");
    assert.equal(lost, 0);
    assert.equal(first + third, before);
    assert.ok(Math.abs(first - third) <= 1, `${first} and ${third}`);
    assert.equal(status.ready, false);
    const list = await platform.must("region", "list");
    assert.match(list, /○ +us-east-1 +lost +0 +0 %/);
    assert.deepEqual(
      status.federation.members.map(({ ready }) => ready),
      [true, false, true],
    );
  });

  it("is not given replicas by a rebalance while it is lost", async () => {
    // The command waits for the region; it is interrupted, as a person would who finds that out.
    const child = platform.start("rebalance");
    await new Promise((resolve) => setTimeout(resolve, 4000));
    assert.equal(child.exitCode, null);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    assert.equal(replicasByRegion(await platform.status(), "storefront")[1], 0);
  });

  it("gets its share again when it is back and the return is asked for", async () => {
    // Its gateway responds before it has read its routes, and its replicas from before are there for a while.
    const requests = new SteadyTraffic(new Traffic(platform), "storefront", ["us-east-1"]);
    const returned = await platform.must("region", "return", "us-east-1");
    assert.match(returned, /us-east-1 is back and serves[^]*It has no share of the replicas/);
    assert.deepEqual((await platform.status()).rebalance, ["us-east-1"]);
    assert.match(
      await platform.must("rebalance"),
      /Karmada divides the replicas of \d+ workloads again/,
    );
    await eventually("three regions share again", 90, async () => {
      const status = await platform.status();
      const counts = shares(status, "storefront");
      return status.ready && (counts[0] ?? 0) - (counts[2] ?? 0) <= 1;
    });
    const lost = await requests.stop();
    assert.deepEqual(
      lost.filter(({ why }) => why === "404"),
      [],
    );
  });
});
