import * as assert from "node:assert/strict";
import fc from "fast-check";
import { boundaryArn, planBoundary } from "../../../../infra/providers/aws/access/boundary";
import {
  planGithubAccess,
  roleArn,
  type Workflow,
} from "../../../../infra/providers/aws/access/githubAccess";
import { allows, type Call } from "../../../support/aws/iam";
import { accountId, staging } from "./globalSample";

const production = { ...staging, environment: "production" };
const issuer = "token.actions.githubusercontent.com";

function roleOf(workflow: Workflow, account = staging, repository = "example/meridian") {
  const role = planGithubAccess(account, repository).roles.find(
    (each) => each.workflow === workflow,
  );
  assert.ok(role);
  return role;
}

/** Whether a token of this subject is let in. */
function trusts(workflow: Workflow, sub: string, account = staging, repository?: string): boolean {
  return allows(roleOf(workflow, account, repository).trust, {
    action: "sts:AssumeRoleWithWebIdentity",
    context: { [`${issuer}:sub`]: sub, [`${issuer}:aud`]: "sts.amazonaws.com" },
  });
}

function may(workflow: Workflow, call: Call): boolean {
  return allows(roleOf(workflow).permissions, call);
}

const arn = (service: string, resource: string, region = "") =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

describe("Access of GitHub's workflows", () => {
  it("has a role for each workflow, named after the environment", () => {
    const { issuer: url, audience, roles } = planGithubAccess(staging, "example/meridian");
    assert.deepEqual([url, audience], [`https://${issuer}`, "sts.amazonaws.com"]);
    assert.deepEqual(
      roles.map(({ name, sessionSeconds }) => [name, sessionSeconds]),
      [
        ["meridian-staging-github-preview", 3600],
        ["meridian-staging-github-deploy", 14400],
        ["meridian-staging-github-images", 3600],
      ],
    );
    assert.equal(roleArn(staging, "deploy"), arn("iam", "role/meridian-staging-github-deploy"));
  });

  it("lets in pull requests, main and version tags, each where it belongs", () => {
    const subjects = {
      preview: ["pull_request"],
      deploy: ["ref:refs/heads/main"],
      images: ["ref:refs/heads/main", "ref:refs/tags/v1.2.3"],
    };
    const all = [...new Set(Object.values(subjects).flat())];
    const others = ["ref:refs/heads/main2", "ref:refs/tags/1.2.3", "environment:production", "*"];
    for (const [workflow, own] of Object.entries(subjects))
      for (const subject of [...all, ...others])
        assert.equal(
          trusts(workflow as Workflow, `repo:example/meridian:${subject}`),
          own.includes(subject),
          `${workflow} ${subject}`,
        );
  });

  it("lets production be deployed by jobs of its environment only", () => {
    assert.ok(trusts("deploy", "repo:example/meridian:environment:production", production));
    assert.ok(!trusts("deploy", "repo:example/meridian:environment:staging", production));
    assert.ok(!trusts("deploy", "repo:example/meridian:ref:refs/heads/main", production));
  });

  it("lets no other repository in, whatever it is called", () => {
    const names = ["example/meridian2", "example2/meridian", "examplexmeridian", "other/meridian"];
    const subjects = ["pull_request", "ref:refs/heads/main", "ref:refs/tags/v1"];
    for (const workflow of ["preview", "deploy", "images"] as const)
      for (const name of [...names, "example/meridian:x"])
        for (const subject of subjects)
          assert.ok(!trusts(workflow, `repo:${name}:${subject}`), `${workflow} ${name} ${subject}`);
  });

  it("takes the numbers of immutable subjects, and then no name without them", () => {
    const numbered = "example@12/meridian@34";
    const main = (name: string) => `repo:${name}:ref:refs/heads/main`;
    assert.ok(trusts("deploy", main(numbered), staging, numbered));
    assert.ok(!trusts("deploy", main("example/meridian"), staging, numbered));
    assert.ok(!trusts("deploy", main("example@12/meridian@35"), staging, numbered));
    assert.ok(!trusts("deploy", main(numbered)));
  });

  it("asks for a token that is made out for AWS, from GitHub", () => {
    for (const { trust } of planGithubAccess(staging, "example/meridian").roles)
      for (const { Principal, Condition } of trust.Statement) {
        assert.deepEqual(Principal, { Federated: arn("iam", `oidc-provider/${issuer}`) });
        assert.equal(Condition?.["StringEquals"]?.[`${issuer}:aud`], "sts.amazonaws.com");
      }
  });

  it("refuses a name that stands for several repositories", () => {
    for (const name of ["example/*", "*/meridian", "example", "example/a/b", "", "a?b/c", "a/b:x"])
      assert.throws(() => planGithubAccess(staging, name), RangeError, name);
    const text = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(text, text, (owner, name) => {
        const repository = `${owner}*/${name}`;
        assert.throws(() => planGithubAccess(staging, repository), RangeError);
      }),
    );
  });
});

const state = "arn:aws:s3:::meridian-staging-123456789012-state";
const stateKey = {
  resource: arn("kms", "key/1", "eu-west-1"),
  context: { "kms:ResourceAliases": ["alias/meridian-staging-state"] },
};

describe("The preview role", () => {
  it("reads the state and decrypts its secrets, and writes nothing", () => {
    assert.ok(may("preview", { action: "s3:ListBucket", resource: state }));
    assert.ok(may("preview", { action: "s3:GetObject", resource: `${state}/.pulumi/a` }));
    assert.ok(may("preview", { action: "kms:Decrypt", ...stateKey }));
    assert.ok(!may("preview", { action: "s3:PutObject", resource: `${state}/.pulumi/a` }));
    assert.ok(!may("preview", { action: "kms:Encrypt", ...stateKey }));
  });

  it("sees how things are and none of their content", () => {
    for (const action of ["ec2:DescribeVpcs", "eks:DescribeCluster", "iam:GetRole"])
      assert.ok(may("preview", { action }), action);
    for (const [action, resource] of [
      ["secretsmanager:GetSecretValue", "*"],
      ["s3:GetObject", "arn:aws:s3:::meridian-staging-123456789012-trail/file"],
      ["logs:GetLogEvents", "*"],
      ["ecr:GetAuthorizationToken", "*"],
      ["ec2:GetPasswordData", "*"],
      ["kms:Decrypt", arn("kms", "key/2", "eu-west-1")],
    ] as const)
      assert.ok(!may("preview", { action, resource }), action);
  });

  it("reads what AWS publishes and no other parameter", () => {
    const action = "ssm:GetParametersByPath";
    const path = "parameter/aws/service/global-infrastructure/regions/eu-west-1/services";
    for (const workflow of ["preview", "deploy"] as const) {
      assert.ok(may(workflow, { action, resource: arn("ssm", path, "eu-west-1") }));
      assert.ok(!may(workflow, { action, resource: arn("ssm", "parameter/own", "eu-west-1") }));
    }
  });

  it("has no action that changes anything", () => {
    const reading = /^[a-z0-9-]+:(Describe|List|Get|View)|^kms:Decrypt$/;
    for (const { Action } of roleOf("preview").permissions.Statement)
      for (const action of Action) assert.match(action, reading);
  });
});

describe("The deploy role", () => {
  const role = arn("iam", "role/meridian-staging-eu-west-1-cluster");
  const bounded = { "iam:PermissionsBoundary": boundaryArn(staging) };

  it("works with the platform's services, buckets and state", () => {
    for (const action of ["ec2:CreateVpc", "eks:CreateCluster", "rds:CreateDBCluster"])
      assert.ok(may("deploy", { action }), action);
    assert.ok(may("deploy", { action: "s3:PutObject", resource: `${state}/.pulumi/a` }));
    assert.ok(may("deploy", { action: "kms:GenerateDataKey", ...stateKey }));
    for (const action of ["organizations:LeaveOrganization", "lambda:CreateFunction"])
      assert.ok(!may("deploy", { action }), action);
    assert.ok(!may("deploy", { action: "s3:GetObject", resource: "arn:aws:s3:::others/file" }));
  });

  it("makes roles of the environment's name within the boundary, and no others", () => {
    const actions = ["iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy"];
    for (const action of [...actions, "iam:PutRolePermissionsBoundary"]) {
      assert.ok(may("deploy", { action, resource: role, context: bounded }), action);
      assert.ok(!may("deploy", { action, resource: role }), action);
      const context = { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" };
      assert.ok(!may("deploy", { action, resource: role, context }), action);
      const resource = arn("iam", "role/Administrator");
      assert.ok(!may("deploy", { action, resource, context: bounded }), action);
    }
  });

  it("passes them only to services that the platform uses", () => {
    const pass = (service: string, resource = role) =>
      may("deploy", {
        action: "iam:PassRole",
        resource,
        context: { "iam:PassedToService": service },
      });
    for (const service of ["eks", "pods.eks", "ec2", "vpc-flow-logs", "monitoring.rds", "backup"])
      assert.ok(pass(`${service}.amazonaws.com`), service);
    assert.ok(!pass("lambda.amazonaws.com"));
    assert.ok(!pass("eks.amazonaws.com", arn("iam", "role/Administrator")));
    assert.ok(!pass("eks.amazonaws.com", roleArn(staging, "deploy")));
  });

  it("can't widen its own access", () => {
    for (const workflow of ["preview", "deploy", "images"] as const)
      for (const action of [
        "UpdateAssumeRolePolicy",
        "PutRolePolicy",
        "AttachRolePolicy",
        "DeleteRole",
      ])
        assert.ok(
          !may("deploy", {
            action: `iam:${action}`,
            resource: roleArn(staging, workflow),
            context: bounded,
          }),
          `${action} ${workflow}`,
        );
    const own = arn("iam", "policy/meridian-staging-nodes");
    assert.ok(may("deploy", { action: "iam:CreatePolicyVersion", resource: own }));
    for (const action of ["iam:CreatePolicyVersion", "iam:DeletePolicy"])
      assert.ok(!may("deploy", { action, resource: boundaryArn(staging) }), action);
    const unbound = "iam:DeleteRolePermissionsBoundary";
    assert.ok(!may("deploy", { action: unbound, resource: role, context: bounded }));
    for (const action of [
      "iam:CreateOpenIDConnectProvider",
      "iam:CreateUser",
      "iam:CreateAccessKey",
    ])
      assert.ok(!may("deploy", { action, context: bounded }), action);
  });

  it("can't lose the state, its key or the trail", () => {
    for (const action of [
      "s3:DeleteBucket",
      "s3:PutBucketVersioning",
      "s3:PutLifecycleConfiguration",
    ])
      assert.ok(!may("deploy", { action, resource: state }), action);
    const version = { action: "s3:DeleteObjectVersion", resource: `${state}/.pulumi/a` };
    assert.ok(!may("deploy", version));
    assert.ok(!may("deploy", { action: "kms:ScheduleKeyDeletion", ...stateKey }));
    const trail = arn("cloudtrail", "trail/meridian-staging-trail", "eu-west-1");
    assert.ok(!may("deploy", { action: "cloudtrail:StopLogging", resource: trail }));
  });
});

describe("The images role", () => {
  const push = (repository: string) =>
    may("images", { action: "ecr:PutImage", resource: arn("ecr", repository, "eu-west-1") });

  it("pushes to this environment's repositories and no others", () => {
    assert.ok(may("images", { action: "ecr:GetAuthorizationToken" }));
    assert.ok(push("repository/staging/catalog"));
    assert.ok(!push("repository/production/catalog"));
    assert.ok(!push("repository/staging2/catalog"));
    const resource = arn("ecr", "repository/staging/catalog", "eu-west-1");
    for (const action of ["ecr:DeleteRepository", "ecr:BatchDeleteImage", "ecr:PutLifecyclePolicy"])
      assert.ok(!may("images", { action, resource }), action);
    assert.ok(!may("images", { action: "ec2:DescribeVpcs" }));
  });
});

describe("The boundary", () => {
  const { name, policy } = planBoundary(staging);

  it("holds what clusters work with", () => {
    assert.equal(name, "meridian-staging-boundary");
    for (const action of ["ec2:RunInstances", "elasticloadbalancing:CreateRule", "kms:CreateGrant"])
      assert.ok(allows(policy, { action }), action);
    const profile = arn("iam", "instance-profile/eks-eu-west-1-hub-1");
    assert.ok(allows(policy, { action: "iam:CreateInstanceProfile", resource: profile }));
  });

  it("makes no identity of anybody, nor lends one out", () => {
    for (const { Action } of policy.Statement)
      for (const action of Action.filter((each) => each.startsWith("iam:")))
        assert.match(
          action,
          /^iam:(Get\*|List\*|PassRole|CreateServiceLinkedRole|\w+InstanceProfile)$/,
        );
    const call = (resource: string, service: string): Call => ({
      action: "iam:PassRole",
      resource,
      context: { "iam:PassedToService": service },
    });
    const nodes = arn("iam", "role/meridian-staging-nodes");
    assert.ok(allows(policy, call(nodes, "ec2.amazonaws.com")));
    assert.ok(!allows(policy, call(nodes, "eks.amazonaws.com")));
    assert.ok(!allows(policy, call(arn("iam", "role/Administrator"), "ec2.amazonaws.com")));
    assert.ok(!allows(policy, { action: "sts:AssumeRole" }));
  });
});
