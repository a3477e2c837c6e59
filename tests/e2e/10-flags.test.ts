import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { loseRegion, loseService, returnRegion } from "../../infra/providers/local/faults";
import { switchProcess } from "../../infra/providers/local/supervisor";
import { rolloutGateName } from "../../infra/components/rollouts/component";
import { applyChanges, setPercentage } from "../../infra/components/rollouts/flagEdits";
import { formatFlagFile } from "../../infra/components/rollouts/flagFile";
import type { FlagFile } from "../../infra/components/rollouts/flags";
import type { RolloutPhase } from "../../infra/components/rollouts/model";
import type { AppStatus } from "../../operations/status/model";
import { flagFileOf } from "../../infra/config/folder";
import { eventually, hasLeft, replicasByRegion } from "./support/platform";
import {
  constantClients,
  flag,
  newVersion,
  reaches,
  type Region,
  regions,
  retire,
  shareOf,
  stateOf,
  weightOf,
  weights,
} from "./support/rollouts";
import { platform, sharedPlatformUp } from "./support/shared";

/** How far a measured share may be from the weight, in percent of the requests. */
const tolerance = 5;

/** Gateways are told of a weight and apply it a moment later. */
async function assertShares(app: string, version: string, percent: number): Promise<void> {
  for (const region of regions) {
    let share = 0;
    const near = async () => {
      share = await shareOf(region, app, version);
      return Math.abs(share - percent) <= tolerance;
    };
    await eventually(`${percent} % in ${region}`, 60, near).catch((error: unknown) => {
      throw new Error(`${share} % instead`, { cause: error });
    });
  }
}

/** An app, once the platform is ready and every region's gate says this of it, at the weight that its gateway has. */
async function inPhase(app: string, phase: RolloutPhase): Promise<AppStatus | undefined> {
  const { apps, ready } = await platform.status();
  const found = apps.find(({ name }) => name === app);
  const reached = await weights(app);
  const said = regions.map((region) => found?.rollouts[region]);
  const all = said.every((mark, index) => mark?.phase === phase && mark.reached === reached[index]);
  return ready && all ? found : undefined;
}

const everywhere = (percent: number) => regions.map(() => percent);

describe("a flag", () => {
  before(async () => {
    await sharedPlatformUp();
    await eventually("all is ready", 120, async () => (await platform.status()).ready);
  });

  describe("that rises and falls", () => {
    const app = "storefront";
    let version = "";
    let clients: ReturnType<typeof constantClients> | undefined;
    before(() => (clients = constantClients(app)));
    after(() => clients?.stop());

    it("lets nobody reach a new version while it is at 0, and the platform is ready", async () => {
      await flag(app, "0");
      version = newVersion(app);
      await eventually("every region has it, and waits", 120, () => inPhase(app, "waiting"));
      assert.deepEqual(await weights(app), everywhere(0));
      await assertShares(app, version, 0);
    });

    for (const percent of [10, 25, 50, 100]) {
      it(`takes it to ${percent} % of the requests`, async () => {
        await flag(app, `${percent}`);
        await reaches(app, everywhere(percent));
        await assertShares(app, version, percent);
        const phase = percent === 100 ? "complete" : "held";
        const found = await eventually(`every region says ${phase}, and that is ready`, 120, () =>
          inPhase(app, phase),
        );
        assert.equal(found.health, "Healthy");
        for (const region of regions) {
          const { percentage, reached } = found.rollouts[region] ?? {};
          assert.deepEqual([percentage, reached], [percent, percent], region);
        }
      });
    }

    it("takes it back from 100 % when it is switched off", async () => {
      await flag(app, "off");
      await reaches(app, everywhere(0));
      await assertShares(app, version, 0);
      await eventually("off is in order", 120, () => inPhase(app, "killed"));
    });

    it("lets it try again when it is on again, and be the only one when it is retired", async () => {
      await flag(app, "on");
      await reaches(app, everywhere(100));
      await retire(app);
      for (const region of regions) assert.equal((await stateOf(region, app)).version, version);
      await assertShares(app, version, 100);
    });

    it("loses nobody's request on the way", async () => {
      const { count, bad } = (await clients?.stop()) ?? { count: 0, bad: [] };
      assert.ok(count > 1000, `${count} requests`);
      assert.deepEqual(bad, []);
    });
  });

  describe("that differs between regions", () => {
    const app = "catalog";

    it("takes a version out in one region before the others", async () => {
      await flag(app, "0");
      await flag(app, "50", "us-east-1");
      newVersion(app);
      await reaches(app, [0, 50, 0]);
      await flag(app, "10");
      await reaches(app, [10, 50, 10]);
    });

    it("holds where it falls, and takes back what was at 50 % when it is off", async () => {
      await flag(app, "10", "us-east-1");
      await sleep(3000);
      assert.deepEqual(await weights(app), [10, 50, 10]);
      await flag(app, "off");
      await reaches(app, [0, 0, 0]);
      await flag(app, "default", "us-east-1");
      await flag(app, "on");
      await reaches(app, [10, 10, 10]);
      await retire(app);
    });
  });

  describe("whose file is half-written in mid-rollout", () => {
    const app = "catalog";
    const file = flagFileOf(platform.environments, platform.environment);

    it("holds, and status says why, until the file is whole", async () => {
      await flag(app, "10");
      newVersion(app);
      await reaches(app, everywhere(10));
      const parsed = JSON.parse(fs.readFileSync(file, "utf8")) as FlagFile;
      const before = parsed.flags[app];
      assert.ok(before);
      const after = applyChanges(before, setPercentage(before, 50));
      const whole = formatFlagFile({ ...parsed, flags: { ...parsed.flags, [app]: after } });
      // What is said of the app is all there; the end is missing.
      fs.writeFileSync(file, whole.slice(0, whole.indexOf('"storefront"')));
      const unsure = /allows 10 % \(last known value: .*is not whole/;
      await eventually("every region says that it is not sure", 60, async () => {
        const marks = (await inPhase(app, "held"))?.rollouts;
        return regions.every((region) => unsure.test(marks?.[region]?.reason ?? ""));
      });
      assert.match((await platform.run("status")).output, unsure);
      await sleep(3000);
      assert.deepEqual(await weights(app), everywhere(10));
      fs.writeFileSync(file, whole);
      await reaches(app, everywhere(50));
      await retire(app);
    });
  });

  describe("whose gate or region goes away in mid-rollout", () => {
    const app = "orders";
    const lost: Region = "us-east-1";

    it("raises nothing where the gate is gone, and is heard there when it is back", async () => {
      await flag(app, "10");
      newVersion(app);
      await reaches(app, everywhere(10));
      const gate = rolloutGateName(lost);
      await loseService(platform.instance, gate);
      await flag(app, "50");
      await reaches(app, [50, 10, 50]);
      await sleep(3000);
      assert.equal(await weightOf(lost, app), 10);
      assert.equal((await stateOf(lost, app)).aborted, false);
      await switchProcess(platform.instance, gate, true);
      await reaches(app, everywhere(50));
    });

    it("lets a region that was lost start with what the others call stable", async () => {
      const { version: next } = await stateOf(lost, app);
      await loseRegion(platform.instance, lost);
      await eventually("its replicas are ready elsewhere", 60, async () =>
        hasLeft(await platform.status(), app, lost),
      );
      await flag(app, "25");
      await returnRegion(platform.instance, lost);
      let highest = 0;
      await eventually("the region is back", 90, async () => {
        return (await platform.status()).federation.ready;
      });
      await platform.must("rebalance");
      await eventually("it has its share, at no more than its flag", 120, async () => {
        const weight = await weightOf(lost, app);
        highest = Math.max(highest, weight);
        const state = await stateOf(lost, app);
        return (
          state.version === next &&
          !state.settled &&
          weight === 25 &&
          (replicasByRegion(await platform.status(), app)[1] ?? 0) > 0
        );
      });
      assert.ok(highest <= 50, `${highest} %`);
      await retire(app);
    });
  });
});
