import assert from "node:assert/strict";
import { readEnvironmentFile } from "../../../infra/config";
import type { Environment, TrackConfig } from "../../../infra/config/types";
import { configFile } from "../../../operations/environmentFiles";
import { accessOf } from "../../../ci/access";
import { checkTag } from "../../../ci/tag";

const environment = (name: string) => readEnvironmentFile(configFile(name), name);

describe("a tag that was pushed", () => {
  const following = (track: TrackConfig): Environment => {
    const production = environment("production");
    return { ...production, delivery: { ...production.delivery, track } };
  };
  const tags = following({ kind: "tags", tags: ">=1.0.0", approval: "required" });

  it("goes on when it is a release of the range", () => {
    for (const tag of ["v1.0.0", "v12.3.45"]) assert.doesNotThrow(() => checkTag(tags, tag));
  });

  for (const [tag, why] of [
    ["1.2.3", /v and a semantic version/],
    ["v1.2", /v and a semantic version/],
    ["v01.2.3", /v and a semantic version/],
    ["v1.2.3+build", /v and a semantic version/],
    ["vnext", /v and a semantic version/],
    ["v1.2.3-rc.1", /a pre-release goes nowhere by itself/],
    ["v0.9.9", /its track has the range >=1\.0\.0/],
  ] as const) {
    it(`is refused early: ${tag}`, () => {
      assert.throws(() => checkTag(tags, tag), why);
    });
  }

  it("is nothing to an environment that follows a branch", () => {
    const staging = following({ kind: "branch", branch: "main" });
    assert.throws(
      () => checkTag(staging, "v1.2.3"),
      /follows the branch main\. Nothing was changed/,
    );
  });
});

describe("the role of a workflow", () => {
  it("is the one that the platform makes", () => {
    assert.deepEqual(accessOf(environment("staging"), "deploy"), {
      role: "arn:aws:iam::111111111111:role/meridian-staging-github-deploy",
      region: "eu-west-1",
      seconds: 14_400,
    });
    const preview = accessOf(environment("production"), "preview");
    assert.equal(preview.role, "arn:aws:iam::222222222222:role/meridian-production-github-preview");
  });

  it("is none for a workflow or an environment that has none", () => {
    assert.throws(
      () => accessOf(environment("staging"), "deplo"),
      /only for preview, deploy, images/,
    );
    assert.throws(() => accessOf(environment("local"), "deploy"), /local has the provider local/);
    const staging = environment("staging");
    assert.ok(staging.provider === "aws");
    const { github, ...aws } = staging.aws;
    assert.ok(github);
    assert.throws(
      () => accessOf({ ...staging, aws }, "deploy"),
      /lets no workflow in\. Write github/,
    );
  });
});
