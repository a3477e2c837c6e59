import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, shares } from "./support/platform";
import { platform } from "./support/shared";
import { commitReplicas, second as production, secondPlatformUp, tagAside } from "./support/second";

/** Longer than Argo CD takes for what it is told of, and than it waits to look by itself. */
const settledMs = 8000;

describe("two tracks from one repository", function () {
  this.bail(true);

  const everywhere = (count: number) =>
    eventually(`${count} replicas where every commit goes`, 60, async () => {
      const status = await platform.status();
      const total = shares(status, "storefront").reduce((sum, share) => sum + share, 0);
      return status.ready && total === count;
    });
  const released = (count: number) =>
    eventually(`${count} replicas where releases go`, 60, async () => {
      const { ready } = await production.status();
      return ready && (await production.replicas()) === count;
    });
  const notReleased = async (count: number) => {
    await sleep(settledMs);
    assert.equal(await production.replicas(), count);
  };
  /** An approval that has to be refused, with these words. */
  const refused = async (tag: string, words: RegExp) => {
    const { code, output } = await production.run("up", "production", "--release", tag);
    assert.notEqual(code, 0, output);
    assert.match(output, words);
  };

  before(secondPlatformUp);

  describe("with approval required", () => {
    it("comes up with nothing in it before the first release", async () => {
      const { ready, apps } = await production.status();
      assert.deepEqual([ready, apps], [true, []]);
      assert.equal(await production.replicas(), 0);
    });

    it("brings a merge to every region, and not to where releases go", async () => {
      commitReplicas(8);
      await everywhere(8);
      await notReleased(0);
    });

    it("brings a tag there only after its approval", async () => {
      platform.git("tag", "v1.0.0");
      await notReleased(0);
      await production.must("up", "production", "--release", "v1.0.0");
      await released(8);
    });

    it("keeps what was approved: by later runs, later commits and later tags", async () => {
      commitReplicas(9);
      platform.git("tag", "v1.1.0");
      await everywhere(9);
      await production.must("up", "production");
      await notReleased(8);
      await production.must("up", "production", "--release", "v1.1.0");
      await released(9);
    });

    it("refuses an older tag, a malformed one, a pre-release, one beside main and a moved one", async () => {
      for (const tag of ["v1.2", "v2.0.0-rc.1"]) platform.git("tag", tag);
      tagAside("v1.9.0");
      await refused("v1.0.0", /older than v1\.1\.0.*rollback/s);
      await refused("v1.2", /v1\.2\.3/);
      await refused("v2.0.0-rc.1", /pre-release/);
      await refused("v1.9.0", /Merge .* to main first/);
      await refused("v1.8.0", /git fetch --tags/);
      commitReplicas(7);
      platform.git("tag", "--force", "v1.1.0");
      await refused("v1.1.0", /somebody moved it/);
      platform.git("tag", "--force", "v1.1.0", "HEAD~1");
      platform.git("tag", "--delete", "v1.9.0");
      await notReleased(9);
    });
  });

  describe("without approval", () => {
    it("takes the highest release by itself as it is tagged", async () => {
      await production.follow({ track: { tags: ">=1.0.0", approval: "none" } });
      await released(9);
      await everywhere(7);
      const words = await production.must("promote", "production", "--version", "v1.10.0", "--yes");
      assert.match(words, /storefront: replicas 9 → 7/);
      await released(7);
    });

    it("takes no older tag, no malformed one and no pre-release", async () => {
      commitReplicas(6);
      for (const tag of ["v1.9.1", "release-9.0.0", "v9.x", "v2.0.0-rc.2"])
        platform.git("tag", tag);
      await everywhere(6);
      await notReleased(7);
    });

    it("takes nothing in a freeze, until the glass is broken", async () => {
      const hour = 3600_000;
      const moment = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
      const freezes = [
        { from: moment(Date.now() - hour), to: moment(Date.now() + hour), reason: "a test" },
      ];
      await production.follow({ freezes });
      platform.git("tag", "v1.11.0");
      await notReleased(7);
      await production.must("up", "production", "--break-glass", "to see that it can be");
      await released(6);
      await production.follow({ freezes: [] });
    });

    it("goes back by a new tag of what was out before", async () => {
      await production.must("rollback", "production", "--yes");
      assert.match(platform.git("tag", "--points-at", "v1.10.0^{commit}"), /^v1\.11\.1$/m);
      await released(7);
    });
  });
});
