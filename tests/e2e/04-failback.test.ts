import * as assert from "node:assert/strict";
import { karmadaPaths } from "../../infra/components/federation/karmadaApi";
import { processStates } from "../../infra/providers/local/supervisor";
import { eventually, hasLeft, shares } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";

const region = "us-east-1";
const steadySeconds = 60;

interface Rebalancers {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly workloads: readonly object[] };
  }[];
}

/** Applies a configuration of failback. */
async function configure(failback: Record<string, unknown> | undefined): Promise<void> {
  platform.configure((config) => {
    const { profile } = failoverOf(config["meridian:federation"]);
    config["meridian:federation"] = { failover: { profile, ...(failback && { failback }) } };
  });
  await platform.must("up", "local");
}

function failoverOf(federation: unknown): Record<string, unknown> {
  return (federation as { failover: Record<string, unknown> }).failover;
}

const runs = async () =>
  (await processStates(platform.instance)).some(({ name }) => name === "failback");

describe("a region that is back, with automatic failback", () => {
  before(async () => {
    await sharedPlatformUp();
    await platform.share();
    await configure({ mode: "automatic", steadySeconds, maxConcurrent: 1 });
  });
  after(() => configure(undefined));

  it("has its service beside Karmada, and nothing is due", async () => {
    assert.equal(await runs(), true);
    const { failback, ready } = await platform.status();
    assert.equal(ready, true);
    assert.deepEqual(failback, {
      mode: "automatic",
      ...{ move: [], moving: [], held: [], queued: 0, regions: [] },
    });
  });

  it("says when its replicas return, and gets none while a person drains it", async () => {
    await platform.must("region", "lose", region);
    await eventually("all replicas are ready elsewhere", 60, async () => {
      const now = await platform.status();
      return now.apps.every(({ name }) => hasLeft(now, name, region));
    });
    const returned = await platform.must("region", "return", region);
    assert.match(returned, /They return when it has been ready for 60 s, 1 workloads at a time/);
    await platform.must("drain", region);
    const { code, output } = await platform.run("status", "local");
    assert.equal(code, 0, output);
    assert.match(output, /automatic failback of us-east-1 waits: it is drained to 0 %/);
    await eventually("it has been steady for long enough", steadySeconds + 30, async () => {
      const { failback } = await platform.status();
      assert.ok(failback.mode === "automatic");
      const [due] = failback.regions;
      return due?.steadyInSeconds === undefined && due?.drainedToPercent === 0;
    });
    // Longer than three passes of the service.
    await new Promise((resolve) => setTimeout(resolve, 7000));
    const status = await platform.status();
    assert.ok(status.apps.every(({ name }) => hasLeft(status, name, region)));
  });

  it("gets its share again without a command, one workload at a time", async () => {
    await platform.must("drain", region, "--to", "100");
    await eventually("three regions share again", 90, async () => {
      const status = await platform.status();
      const even = status.apps.every(({ name }) =>
        shares(status, name).every((count) => count > 0),
      );
      return status.ready && even && status.rebalance.length === 0;
    });
    const { items } = await platform.get<Rebalancers>("federation", karmadaPaths.rebalancers);
    const own = items.filter(({ metadata }) => metadata.name.startsWith("failback-"));
    assert.deepEqual(
      own.map(({ spec }) => spec.workloads.length),
      (await platform.status()).apps.map(() => 1),
    );
  });
});

describe("a platform whose failback is manual again", () => {
  it("has no such service, and no leftovers of it", async () => {
    assert.equal(await runs(), false);
    assert.deepEqual((await platform.status()).differences, []);
  });
});
