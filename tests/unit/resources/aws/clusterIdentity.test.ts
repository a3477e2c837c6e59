import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { podTrust } from "../../../../infra/providers/aws/access/clusterRole";
import type { PolicyDocument } from "../../../../infra/providers/aws/access/policy";
import { PodIdentity } from "../../../../infra/providers/aws/access/resources/clusterIdentity";
import { only, register, type Registered } from "../../../support/engine";
import { ownOf, standing } from "../../../support/foundation";

const eksName = "meridian-staging-hub";
const policy: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "WriteBackups",
      Effect: "Allow",
      Action: ["s3:PutObject"],
      Resource: ["arn:aws:s3:::backups/*"],
    },
  ],
};

describe("PodIdentity", () => {
  const grant = async (given: pulumi.Input<PolicyDocument>) =>
    ownOf(
      await register(() => {
        new PodIdentity("hub-backup", {
          cluster: { eksName, resource: standing("hub") },
          namespace: "argocd",
          serviceAccount: "backup",
          policy: given,
        });
      }),
    );
  let all: Registered[];
  before(async () => {
    all = await grant(policy);
  });

  it("lets only that service account take the role, and the role do only what was given", () => {
    const { inputs } = only(all, "aws:iam/role:Role hub-backup");
    assert.equal(inputs["name"], `${eksName}-argocd-backup`);
    assert.deepEqual(
      JSON.parse(String(inputs["assumeRolePolicy"])),
      podTrust(eksName, "argocd", "backup"),
    );
    const own = only(all, "aws:iam/rolePolicy:RolePolicy hub-backup").inputs;
    assert.equal(own["role"], `${eksName}-argocd-backup`);
    assert.deepEqual(JSON.parse(String(own["policy"])), policy);
  });

  it("hands the role out once it may do its work", () => {
    const { inputs, dependsOn } = only(
      all,
      "aws:eks/podIdentityAssociation:PodIdentityAssociation hub-backup",
    );
    assert.deepEqual(inputs, {
      clusterName: eksName,
      namespace: "argocd",
      serviceAccount: "backup",
      roleArn: `arn:aws:iam::123456789012:role/${eksName}-argocd-backup`,
    });
    assert.ok(dependsOn.includes("aws:iam/rolePolicy:RolePolicy hub-backup"));
  });

  it("takes a policy that is still to come", async () => {
    const later = await grant(pulumi.output(policy));
    assert.deepEqual(later, all);
  });
});
