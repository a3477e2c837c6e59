import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { planRegistry } from "../../../../infra/providers/aws/account/registry";
import { ImageRegistry } from "../../../../infra/providers/aws/account/resources/registry";
import { regionProviders } from "../../../support/aws/regionProviders";
import { only, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";
import { staging } from "../../plan/aws/globalSample";
const repository = (name: string) => `aws:ecr/repository:Repository ${name}`;
const lifecycle = (name: string) => `aws:ecr/lifecyclePolicy:LifecyclePolicy ${name}`;
const replication =
  "aws:ecr/replicationConfiguration:ReplicationConfiguration eu-west-1-replication";
const scanning = (region: string) =>
  `aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration ${region}-scanning`;
const keyOf = (region: string) => `arn:aws:kms:${region}:123456789012:key/mrk-1`;

describe("ImageRegistry", () => {
  const make = async (regions = ["eu-west-1", "us-east-1"], keepsData = true) => {
    const apps = ["catalog", "orders"];
    const plan = planRegistry(staging, { home: "eu-west-1", regions, apps, keepsData });
    const keyArns = Object.fromEntries(
      regions.map((region) => [region, pulumi.output(keyOf(region))]),
    );
    return ownOf(
      await register(() => {
        new ImageRegistry("registry", { plan, providers: regionProviders(regions), keyArns });
      }),
    );
  };
  const images = ["catalog", "failback", "orders", "rollout-gate"];
  const names = ["eu-west-1", "us-east-1"].flatMap((region) =>
    images.map((image) => `${region}-${image}`),
  );

  it("copies once there is something to copy into", async () => {
    assert.deepEqual(only(await make(), replication).dependsOn, names.map(repository));
  });

  it("has tags that never move, scans what is pushed, and encrypts with the region's key", async () => {
    const all = await make();
    for (const region of ["eu-west-1", "us-east-1"]) {
      assert.deepEqual(only(all, repository(`${region}-catalog`)).inputs, {
        name: "staging/catalog",
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: keyOf(region) }],
        forceDelete: region !== "eu-west-1",
      });
      assert.deepEqual(only(all, scanning(region)).inputs, {
        scanType: "BASIC",
        rules: [
          {
            scanFrequency: "SCAN_ON_PUSH",
            repositoryFilters: [{ filter: "staging/*", filterType: "WILDCARD" }],
          },
        ],
      });
    }
  });

  it("gives each repository the plan's lifecycle", async () => {
    const { inputs, deletedWith } = only(await make(), lifecycle("us-east-1-orders"));
    assert.equal(inputs["repository"], "staging/orders");
    const { rules } = JSON.parse(String(inputs["policy"])) as { rules: unknown[] };
    assert.equal(rules.length, 2);
    assert.equal(deletedWith, repository("us-east-1-orders"));
  });

  it("keeps originals where data is kept, and never copies", async () => {
    for (const keepsData of [true, false]) {
      const all = await make(undefined, keepsData);
      for (const name of names) {
        const kept = keepsData && name.startsWith("eu-west-1");
        const { protect, retainOnDelete, inputs } = only(all, repository(name));
        assert.deepEqual([protect, retainOnDelete], [kept, kept], name);
        assert.equal(inputs["forceDelete"], !kept, name);
        assert.equal(only(all, lifecycle(name)).retainOnDelete, kept, name);
      }
    }
  });
});
