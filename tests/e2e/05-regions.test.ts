import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { clusterProcesses } from "../../infra/providers/local/faults";
import { inventoryDifferences } from "../../infra/providers/local/inventory";
import { readPorts } from "../../infra/providers/local/ports";
import { processesOf } from "../../infra/providers/local/processes";
import { formatDifference } from "../../infra/plan/inventoryDifferences";
import { regionServiceNames } from "../../infra/components/processes";
import { killTree } from "./support/killTree";
import { eventually, replicasByRegion, shares } from "./support/platform";
import { platform, sharedPlatformUp } from "./support/shared";
import { SteadyTraffic } from "./support/steadyTraffic";
import { Traffic } from "./support/traffic";

/** As small as a region can be. */
const fourth = { name: "eu-central-1", zones: ["a"], nodesPerZone: 2 };
const others = ["hub", "federation", "eu-west-1", "us-east-1", "ap-southeast-1"];
const clients = ["eu-west-1", "us-east-1"];

const add = () => platform.configure((config) => config["meridian:regions"].push(fourth));
const removeFromState = () =>
  platform.configure((config) => {
    config["meridian:regions"] = config["meridian:regions"].filter(
      ({ name }) => name !== fourth.name,
    );
  });

const pidsOf = (clusters: readonly string[]) =>
  clusters.map((name) => clusterProcesses(platform.instance, name).map(({ pid }) => pid));

/** `up` has just said that all is ready: so it is, at once. */
async function assertAsPlanned(regions: number): Promise<void> {
  const traffic = new Traffic(platform);
  const differences = await inventoryDifferences(platform.instance, traffic.platformPlan);
  assert.deepEqual(differences.map(formatDifference), []);
  const status = await platform.status();
  assert.equal(status.ready, true, JSON.stringify(status));
  for (const { name } of status.apps) assert.equal(shares(status, name).length, regions, name);
}

describe("the list of regions", function () {
  this.timeout(1_200_000);
  before(sharedPlatformUp);
  before(() => eventually("all is ready", 120, async () => (await platform.status()).ready));

  it("with a fourth region touches that only, and those who are told of it", async () => {
    add();
    try {
      const preview = await platform.must("preview", "local", "--verbose");
      assert.match(preview, /^\+ region eu-central-1: \d+ nodes in \d zones?$/m);
      const touched = preview
        .split("\n")
        .filter((line) => /^\s*[+~-]+ .*(create|update|replace|delete)/.test(line))
        .filter((line) => !/ to (create|update)/.test(line));
      assert.ok(touched.length >= 12, preview);
      // Karmada's policy, DNS and the facts that ApplicationSets read are told of it.
      const told = /eu-central-1|meridian-region |:Zone |federation-cluster /;
      const strange = touched.filter((line) => !told.test(line));
      assert.deepEqual(
        strange.filter((line) => !line.includes("pulumi:pulumi:Stack")),
        [],
      );
    } finally {
      removeFromState();
    }
    const unchanged = await platform.must("preview", "local");
    assert.match(unchanged, /✔ Preview: nothing to change, \d+ resources as planned \(.*\)\n$/);
  });

  it("takes a region in and out three times under traffic, killed in the middle once, and loses nothing", async () => {
    const pids = pidsOf(others);
    const requests = [new SteadyTraffic(new Traffic(platform), "storefront", clients)];
    try {
      for (let round = 1; round <= 3; round++) {
        add();
        if (round === 2) await killUpOnce();
        await platform.must("up", "local");
        await assertAsPlanned(4);
        // Beside the region that comes and goes there is a client too, once its network is known.
        if (round === 1)
          requests.push(new SteadyTraffic(new Traffic(platform), "storefront", [fourth.name]));
        const status = await platform.status();
        const index = status.regions.findIndex(({ name }) => name === fourth.name);
        // Ten over four regions: every one has two at least.
        assert.ok((replicasByRegion(status, "storefront")[index] ?? 0) >= 2, `round ${round}`);
        removeFromState();
        await platform.must("up", "local");
        await assertAsPlanned(3);
        assertNothingLeft();
      }
    } finally {
      // Whatever has failed, later tests find three regions in the configuration.
      removeFromState();
      await Promise.all(requests.map((each) => each.stop()));
    }
    for (const { lost, answered } of requests) {
      assert.deepEqual(lost.slice(0, 5), []);
      assert.ok(answered > 500, `${answered} requests`);
    }
    assert.deepEqual(pidsOf(others), pids, "a process of another cluster was started again");
  });
});

/** Kills `up` and its engine once the region's cluster runs: half of what stands beside it is there. */
async function killUpOnce(): Promise<void> {
  const child = platform.start("up", "local");
  child.stdout?.resume();
  child.stderr?.resume();
  await eventually("the region's cluster runs", 120, () =>
    Promise.resolve(clusterProcesses(platform.instance, fourth.name).length >= 5),
  );
  await sleep(2000);
  killTree(child.pid ?? 0);
}

function assertNothingLeft(): void {
  const named = processesOf(platform.instance).filter(({ command }) =>
    command.includes(fourth.name),
  );
  assert.deepEqual(named, [], `${regionServiceNames(fourth.name).join()} or its cluster runs`);
  const ports = Object.keys(readPorts(platform.instance));
  assert.deepEqual(
    ports.filter((name) => name.startsWith(fourth.name)),
    [],
    "its ports are still held",
  );
}
