import * as assert from "node:assert/strict";
import { checkAppName } from "../../../../infra/plan/apps";
import { platformImages } from "../../../../infra/config/reserved";
import { platformImage } from "../../../../infra/providers/aws/account/images";
import { planRegistry } from "../../../../infra/providers/aws/account/registry";
import { anyPlan, samplePlan, staging } from "./globalSample";
import fc from "fast-check";

const digest = `sha256:${"0a".repeat(32)}`;

describe("An image of the platform's own", () => {
  it("is pulled from the region's registry, by its digest", () => {
    const { registry } = samplePlan();
    assert.equal(
      platformImage(registry, "us-east-1", "rollout-gate", digest),
      `123456789012.dkr.ecr.us-east-1.amazonaws.com/staging/rollout-gate@${digest}`,
    );
  });

  it("is where a repository is made for it, in every region of every plan", () => {
    fc.assert(
      fc.property(anyPlan, ({ registry, regions }) => {
        for (const region of regions) {
          for (const name of platformImages) {
            const made = registry.repositories.filter(({ image }) => image === name);
            assert.deepEqual(
              made.map(
                (repository) => `${registry.hosts[region] ?? ""}/${repository.name}@${digest}`,
              ),
              [platformImage(registry, region, name, digest)],
            );
          }
        }
      }),
    );
  });

  it("is nowhere in a region that there is not, nor where no repository is made for it", () => {
    const { registry } = samplePlan();
    assert.throws(
      () => platformImage(registry, "sa-east-1", "rollout-gate", digest),
      new RangeError("no registry in sa-east-1"),
    );
    assert.throws(() => platformImage(registry, "us-east-1", "catalog", digest), RangeError);
  });

  it("has a name that no app can have: the check of apps tells it, and no plan is made of it", () => {
    for (const name of platformImages) {
      assert.deepEqual(
        checkAppName(name).map(({ path, value, remedy }) => [path, value, remedy]),
        [[`apps/${name}`, name, "rename the folder"]],
      );
      const input = { home: "eu-west-1", regions: ["eu-west-1"], keepsData: true };
      assert.throws(
        () => planRegistry(staging, { ...input, apps: ["catalog", name] }),
        new RangeError(`apps/${name} has the name of an image of the platform: rename the folder`),
      );
    }
  });
});
