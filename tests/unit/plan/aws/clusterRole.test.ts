import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  clusterRolePolicy,
  clusterTrust,
  nodeTrust,
  podTrust,
  roleName,
} from "../../../../infra/providers/aws/access/clusterRole";
import { allows } from "../../../support/aws/iam";

const key = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1";

describe("Roles of a cluster", () => {
  it("are taken by the service that needs them, and tagged sessions only where Auto Mode compares tags", () => {
    assert.deepEqual(
      [clusterTrust, nodeTrust].map(({ Statement: [statement, ...others] }) => [
        statement?.Principal,
        statement?.Action,
        others.length,
      ]),
      [
        [{ Service: "eks.amazonaws.com" }, ["sts:AssumeRole", "sts:TagSession"], 0],
        [{ Service: "ec2.amazonaws.com" }, ["sts:AssumeRole"], 0],
      ],
    );
  });

  it("are taken by pods of one service account of one cluster only", () => {
    const tags = (cluster: string, namespace: string, account: string) => ({
      "aws:RequestTag/eks-cluster-name": cluster,
      "aws:RequestTag/kubernetes-namespace": namespace,
      "aws:RequestTag/kubernetes-service-account": account,
    });
    const trust = podTrust("meridian-staging-hub", "argocd", "backup");
    const takes = (context: Record<string, string>) =>
      allows(trust, { action: "sts:AssumeRole", context });
    assert.ok(takes(tags("meridian-staging-hub", "argocd", "backup")));
    assert.ok(!takes(tags("meridian-production-hub", "argocd", "backup")));
    assert.ok(!takes(tags("meridian-staging-hub", "shop", "backup")));
    assert.ok(!takes(tags("meridian-staging-hub", "argocd", "default")));
    assert.deepEqual(
      trust.Statement.map(({ Principal }) => Principal),
      [{ Service: "pods.eks.amazonaws.com" }],
    );
  });

  it("allow nothing without a bound: tags of the own cluster, or one key", () => {
    const { Statement } = clusterRolePolicy(key);
    for (const { Sid, Effect, Resource, Condition, Action } of Statement) {
      assert.ok(
        Action.every((each) => each !== "*" && !each.endsWith(":*")),
        Sid,
      );
      if (Effect === "Deny" || Resource?.[0] === key) continue;
      assert.deepEqual(
        Condition?.["StringEquals"],
        { "aws:RequestTag/eks:eks-cluster-name": "${aws:PrincipalTag/eks:eks-cluster-name}" },
        Sid,
      );
    }
    assert.deepEqual(
      Statement.map(({ Sid }) => Sid),
      [
        "TagNodes",
        "TagVolumes",
        "TagInterfaces",
        "TagLoadBalancers",
        "UseKey",
        "LendKey",
        "KeepLogGroup",
      ],
    );
  });

  it("lend the key to services of AWS only", () => {
    const lend = clusterRolePolicy(key).Statement.find(({ Sid }) => Sid === "LendKey");
    assert.deepEqual(lend?.Condition, { Bool: { "kms:GrantIsForAWSResource": "true" } });
  });

  it("never make the log group again that a destroy has removed", () => {
    assert.ok(!allows(clusterRolePolicy(key), { action: "logs:CreateLogGroup" }));
  });

  it("have names that IAM takes, alike only for the same thing", () => {
    assert.equal(roleName("meridian-staging-hub", "node"), "meridian-staging-hub-node");
    const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,60}$/);
    fc.assert(
      fc.property(part, part, part, (one, two, three) => {
        const name = roleName(one, two, three);
        assert.match(name, /^[a-z0-9-]{1,64}$/);
        assert.notEqual(name, roleName(one, two, `${three}x`));
      }),
    );
  });
});
