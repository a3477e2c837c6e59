import * as assert from "node:assert/strict";
import { ordinaryFacts, writeFacts } from "../../support/aws/facts";
import { Resources } from "../../support/aws/provider/resources";
import { awsTypes } from "../../support/aws/smallTable";
import { unknown } from "../../support/aws/talk";
import { makeFolder } from "../../support/folder";

const subject = { type: "aws:eks/cluster:Cluster", name: "apps", preview: true };
const inputs = { roleArn: "arn:role", vpcConfig: { subnetIds: ["subnet-a"] } };

describe("A preview in the stand-in for AWS", () => {
  let folder: ReturnType<typeof makeFolder>;
  let resources: Resources;

  before(() => {
    folder = makeFolder();
    writeFacts(folder.dir, ordinaryFacts);
    const settings = { region: "eu-west-1", account: "111111111111", defaultTags: {} };
    resources = new Resources(folder.dir, awsTypes, settings);
  });
  after(() => folder.remove());

  it("of a creation: what is computed is unknown at any depth, also where all inputs are known", () => {
    assert.deepEqual(resources.previewCreate(subject, inputs, unknown), {
      ...inputs,
      vpcConfig: { ...inputs.vpcConfig, clusterSecurityGroupId: unknown },
      ...{ arn: unknown, endpoint: unknown, status: unknown },
      certificateAuthority: { data: unknown },
    });
  });

  it("of an update: what was computed stays, and an input that is given no longer goes", async () => {
    const was = { ...inputs.vpcConfig, publicAccessCidrs: ["10.0.0.0/8"] };
    const old = {
      inputs: { ...inputs, vpcConfig: was },
      outputs: { ...inputs, vpcConfig: { ...was, clusterSecurityGroupId: "sg-1" }, arn: "arn:1" },
    };
    assert.deepEqual(await resources.update(subject, "apps", old, inputs), {
      ...inputs,
      vpcConfig: { ...inputs.vpcConfig, clusterSecurityGroupId: "sg-1" },
      arn: "arn:1",
    });
  });
});
