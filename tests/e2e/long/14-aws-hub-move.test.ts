import * as assert from "node:assert/strict";
import { applyObjects, deleteObject, kubeGet, waitFor } from "../../../infra/kube/kube";
import type { StandInFederation } from "../../support/aws/federation";
import type { World } from "../../support/aws/world";
import {
  changesOf,
  Deliverer,
  MovingPlatform,
  PodSampler,
  regions,
  replicas,
  shop,
} from "../support/hubMove";
import type { Staging } from "../support/staging";
import { stagingUp } from "../support/stagingStory";

const hubOf = (region: string) => `meridian-staging-hub-${region}`;

describe("moving the hub, on the stand-in for AWS", function () {
  this.timeout(1_200_000);
  this.bail(true);
  let staging: Staging;
  let world: World;
  let platform: MovingPlatform;
  let pods: string[];

  before(async () => {
    staging = await stagingUp();
    ({ world } = staging);
    platform = new MovingPlatform(staging);
    await applyObjects(world.federation.kubeconfig, shop());
    await runs(replicas);
    pods = (await platform.pods()).flat().sort();
  });

  const runs = (count: number) =>
    waitFor(`${count} pods run, half of them in each region`, 180, async () =>
      (await platform.pods()).every((own) => own.length === count / regions.length),
    );

  /** Moves while pods are counted. @returns what was done in AWS, and what was said. */
  async function move(to: string, lost: boolean, old: StandInFederation) {
    const fresh = await world.startFederation();
    const begin = world.log().length;
    const sampler = new PodSampler(platform);
    const deliverer = new Deliverer(() => world.kubeconfig(to, hubOf(to)), fresh);
    const start = Date.now();
    const said = await platform
      .move(to, lost, () => old.stopActing())
      .finally(() => deliverer.stop());
    const took = (Date.now() - start) / 1000;
    await applyObjects(fresh.kubeconfig, shop());
    await runs(replicas).finally(() => sampler.stop());
    const { least, most, samples } = sampler;
    console.log(
      `      moved to ${to} in ${took.toFixed(0)} s of the stand-in; pods: ${least} to ${most} in ${samples} samples`,
    );
    assert.deepEqual([least, most], [replicas, replicas], "the number of pods changed");
    assert.deepEqual((await platform.pods()).flat().sort(), pods, "no pod was replaced");
    return { done: changesOf(world.log().slice(begin)), said };
  }

  /** Only the hub's own things come and go, those of the new one first. */
  function assertOnlyHub(done: ReturnType<typeof changesOf>, from: string, to: string): void {
    const names = (op: string) => done.filter((one) => one.op === op).map(({ name }) => name);
    const ofHub = (region: string) => (name: string) =>
      name.startsWith(`hub-${region}-`) || name === `hub-${region}`;
    assert.deepEqual(
      names("create").filter((name) => !ofHub(to)(name)),
      [],
    );
    assert.deepEqual(
      names("delete").filter((name) => !ofHub(from)(name)),
      [],
    );
    // Each region lets the hub's way out in.
    assert.deepEqual(names("update").sort(), [...regions].sort());
    const ops = done.map(({ op }) => op);
    assert.ok(ops.lastIndexOf("create") < ops.indexOf("delete"), "the old hub goes last");
  }

  async function assertFederates(): Promise<void> {
    await applyObjects(world.federation.kubeconfig, shop(replicas + 2));
    await runs(replicas + 2);
    await applyObjects(world.federation.kubeconfig, shop(replicas));
    await runs(replicas);
    pods = (await platform.pods()).flat().sort();
  }

  it("moves a hub that lives: silences it, makes the other, and touches nothing else", async () => {
    const old = world.federation;
    const { done, said } = await move("us-east-1", false, old);
    assert.match(said.join("\n"), /gives the role to us-east-1.*\n.*eu-west-1 acts no more/);
    assertOnlyHub(done, "eu-west-1", "us-east-1");
    assert.match(staging.text, /name: us-east-1\n {6}role: hub\n/);
    assert.match(staging.text, /home: eu-west-1/);
    assert.ok(!world.made().some(({ name }) => name === "hub-eu-west-1"));
    // Nothing was taken away in the old federation: its deletion would have reached the regions.
    const left = await kubeGet<{ items: unknown[] }>(
      old.kubeconfig,
      "/apis/cluster.karmada.io/v1alpha1/clusters",
    );
    assert.equal(left.items.length, regions.length);
    await old.stop();
    await assertFederates();
  });

  it("has nothing to do the second time", async () => {
    assert.deepEqual(await platform.move("us-east-1", false, () => Promise.resolve()), []);
    const { summary } = await (await staging.stack()).up();
    // Karmada's kubeconfig is read each time.
    const { same, read, ...others } = summary.resourceChanges ?? {};
    assert.deepEqual([others, read, (same ?? 0) > 400], [{}, 1, true]);
  });

  it("makes one anew after the hub is lost, and asks nothing that is gone", async () => {
    const old = world.federation;
    await world.loseCluster("us-east-1", hubOf("us-east-1"));
    await old.stop();
    await assert.rejects(
      platform.move("eu-west-1", false, () => Promise.resolve()),
      /does not answer.*hub move staging --to eu-west-1 --lost/,
    );
    const { done, said } = await move("eu-west-1", true, {
      stopActing: () => Promise.resolve(),
    } as StandInFederation);
    assert.match(said.join("\n"), /no more of what was in the hub in us-east-1 \(\d+\)/);
    assertOnlyHub(done, "us-east-1", "eu-west-1");
    assert.ok(!world.made().some(({ name }) => name === "hub-us-east-1"));
    await assertFederates();
    for (const object of shop()) await deleteObject(world.federation.kubeconfig, object);
  });
});
