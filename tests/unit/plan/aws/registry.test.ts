import * as assert from "node:assert/strict";
import {
  planRegistry,
  registryHost,
  repositoryName,
} from "../../../../infra/providers/aws/account/registry";
import { staging } from "./globalSample";

const input = {
  home: "eu-west-1",
  regions: ["us-east-1", "eu-west-1", "sa-east-1"],
  apps: ["catalog", "orders"],
  keepsData: true,
};

describe("The registry", () => {
  it("has a repository for each app and for the platform's own images, below the environment's name", () => {
    assert.deepEqual(planRegistry(staging, input).repositories, [
      { image: "catalog", name: "staging/catalog" },
      { image: "orders", name: "staging/orders" },
      { image: "failback", name: "staging/failback" },
      { image: "rollout-gate", name: "staging/rollout-gate" },
    ]);
    assert.deepEqual(planRegistry(staging, { ...input, apps: [] }).repositories, [
      { image: "failback", name: "staging/failback" },
      { image: "rollout-gate", name: "staging/rollout-gate" },
    ]);
    assert.equal(repositoryName("production", "web"), "production/web");
  });

  it("copies this environment's images from home to every other region", () => {
    assert.deepEqual(planRegistry(staging, input).replication, {
      rules: [
        {
          destinations: [
            { region: "us-east-1", registryId: "123456789012" },
            { region: "sa-east-1", registryId: "123456789012" },
          ],
          repositoryFilters: [{ filter: "staging/", filterType: "PREFIX_MATCH" }],
        },
      ],
    });
  });

  it("copies nothing where there is one region", () => {
    const plan = planRegistry(staging, { ...input, regions: ["eu-west-1"] });
    assert.equal(plan.replication, undefined);
  });

  it("lets images without a tag go by age, and others by number only", () => {
    const rules = planRegistry(staging, input).lifecycle.rules.map(({ selection }) => selection);
    assert.deepEqual(rules, [
      { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
      { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1000 },
    ]);
  });

  it("has a host in each region", () => {
    assert.equal(
      registryHost("123456789012", "cn-north-1"),
      "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
    );
  });
});
