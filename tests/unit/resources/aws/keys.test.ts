import * as assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { planKey } from "../../../../infra/providers/aws/account/keys";
import { PlatformKey } from "../../../../infra/providers/aws/account/resources/keys";
import { regionProviders } from "../../../support/aws/regionProviders";
import { only, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";
import { staging } from "../../plan/aws/globalSample";

const regions = ["us-east-1", "eu-west-1", "sa-east-1"];
const plan = planKey(staging, "eu-west-1", regions);
const primary = "aws:kms/key:Key eu-west-1-key";
const replica = (region: string) => `aws:kms/replicaKey:ReplicaKey ${region}-key`;
const alias = (region: string) => `aws:kms/alias:Alias ${region}-key`;

describe("PlatformKey", () => {
  const make = async (keepsData = true, see: (key: PlatformKey) => void = () => undefined) =>
    ownOf(
      await register(() => {
        see(new PlatformKey("key", { plan, providers: regionProviders(regions), keepsData }));
      }),
    );

  it("renews the primary's material each year", async () => {
    const { policy, ...inputs } = only(await make(), primary).inputs;
    assert.deepEqual(inputs, {
      description: "All data of the Meridian environment staging",
      multiRegion: true,
      enableKeyRotation: true,
      rotationPeriodInDays: 365,
      deletionWindowInDays: 30,
    });
    assert.deepEqual(JSON.parse(String(policy)), plan.primary.policy);
  });

  it("gives each replica its region's policy", async () => {
    const all = await make();
    const arn = only(all, replica("us-east-1")).inputs["primaryKeyArn"];
    assert.match(String(arn), /^arn:aws:kms:eu-west-1:123456789012:key\/mrk-[0-9a-f]{12}$/);
    for (const { region, policy } of plan.replicas) {
      const { inputs, dependsOn } = only(all, replica(region));
      assert.deepEqual(JSON.parse(String(inputs["policy"])), policy);
      assert.equal(inputs["deletionWindowInDays"], 30);
      assert.deepEqual(dependsOn, [primary]);
    }
  });

  it("protects the primary where data is kept, and never a replica, which goes with its region", async () => {
    for (const keepsData of [true, false]) {
      const all = await make(keepsData);
      const { protect, retainOnDelete } = only(all, primary);
      assert.deepEqual([protect, retainOnDelete], [keepsData, keepsData]);
      for (const { id, ...other } of all.filter(({ id }) => id !== primary))
        assert.deepEqual([other.protect, other.retainOnDelete], [false, false], id);
    }
  });

  it("names the key alike in every region, and frees the name before the key is gone", async () => {
    const all = await make();
    for (const region of regions) {
      const { inputs, deletedWith } = only(all, alias(region));
      assert.equal(inputs["name"], "alias/meridian-staging");
      assert.equal(deletedWith, undefined);
    }
  });

  it("hands over an ARN for each region, all of the same key", async () => {
    const arns: Record<string, string> = {};
    await make(true, (key) => {
      for (const [region, arn] of Object.entries<pulumi.Output<string>>(key.arns))
        arn.apply((value) => (arns[region] = value));
    });
    assert.deepEqual(Object.keys(arns).sort(), [...regions].sort());
    for (const [region, arn] of Object.entries(arns)) assert.ok(arn.includes(`:${region}:`), arn);
    assert.equal(new Set(Object.values(arns).map((arn) => arn.split("/")[1])).size, 1);
  });
});
