import * as assert from "node:assert/strict";
import { awsEnvironmentOf } from "../../../../infra/providers/aws/plan";
import { regionProviders } from "../../../../infra/providers/aws/account/resources/providers";
import { awsPlanOf } from "../../../support/aws/plan";
import { testAccount } from "../../../support/aws/table";
import { only, register } from "../../../support/engine";

describe("The connections to AWS", function () {
  this.timeout(20_000);

  it("are one for each region, of one account, that tag all they make", async () => {
    const environment = awsEnvironmentOf(awsPlanOf(["eu-west-1", "us-east-1"]));
    const all = await register(() => regionProviders(environment));
    assert.deepEqual(
      all.map(({ id }) => id),
      ["pulumi:providers:aws eu-west-1", "pulumi:providers:aws us-east-1"],
    );
    const { inputs } = only(all, "pulumi:providers:aws us-east-1");
    const { allowedAccountIds, defaultTags, ...others } = inputs;
    // A provider takes what is no text as JSON.
    assert.deepEqual(parsed(allowedAccountIds), [testAccount]);
    assert.deepEqual(parsed(defaultTags), {
      tags: { "meridian.dev/environment": "test", "meridian.dev/managed-by": "pulumi" },
    });
    assert.equal(others["region"], "us-east-1");
    assert.equal(others["stsRegion"], "eu-west-1");
  });
});

function parsed(value: unknown): unknown {
  return typeof value === "string" ? JSON.parse(value) : value;
}
