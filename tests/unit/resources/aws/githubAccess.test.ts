import * as assert from "node:assert/strict";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { boundaryArn, planBoundary } from "../../../../infra/providers/aws/access/boundary";
import { planGithubAccess } from "../../../../infra/providers/aws/access/githubAccess";
import {
  boundRoles,
  createBoundary,
} from "../../../../infra/providers/aws/access/resources/boundary";
import { GithubAccess } from "../../../../infra/providers/aws/access/resources/githubAccess";
import { regionProviders } from "../../../support/aws/regionProviders";
import { only, register } from "../../../support/engine";
import { ownOf } from "../../../support/foundation";
import { staging } from "../../plan/aws/globalSample";
const issuer = "aws:iam/openIdConnectProvider:OpenIdConnectProvider github";
const role = (workflow: string) => `aws:iam/role:Role github-${workflow}`;
const permissions = (workflow: string) => `aws:iam/rolePolicy:RolePolicy github-${workflow}`;

describe("GithubAccess", () => {
  const plan = planGithubAccess(staging, "example/meridian");
  const make = async (of = plan) =>
    ownOf(
      await register(() => {
        const { "eu-west-1": provider } = regionProviders(["eu-west-1"]);
        assert.ok(provider);
        new GithubAccess("github", { plan: of }, { provider });
      }),
    );

  it("creates no provider where the account has one, and trusts that one", async () => {
    const all = await make(planGithubAccess(staging, "example/meridian", "adopt"));
    assert.ok(!all.some(({ id }) => id === issuer));
    const trustOf = ({ inputs }: { readonly inputs: Readonly<Record<string, unknown>> }) =>
      inputs["assumeRolePolicy"];
    const created = await make();
    for (const { workflow } of plan.roles) {
      const adopted = only(all, role(workflow));
      assert.equal(trustOf(adopted), trustOf(only(created, role(workflow))));
      assert.deepEqual(adopted.dependsOn, []);
    }
  });

  it("pins no certificate: AWS knows GitHub's authorities", async () => {
    assert.deepEqual(only(await make(), issuer).inputs, {
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    });
  });

  it("gives each role the plan's trust and permissions", async () => {
    const all = await make();
    for (const { workflow, name, description, sessionSeconds, ...documents } of plan.roles) {
      const { inputs, dependsOn } = only(all, role(workflow));
      const { assumeRolePolicy, ...others } = inputs;
      assert.deepEqual(others, { name, description, maxSessionDuration: sessionSeconds });
      assert.deepEqual(JSON.parse(String(assumeRolePolicy)), documents.trust);
      assert.deepEqual(dependsOn, [issuer]);
      const attached = only(all, permissions(workflow));
      assert.equal(attached.inputs["role"], name);
      assert.equal(attached.inputs["name"], workflow);
      assert.deepEqual(JSON.parse(String(attached.inputs["policy"])), documents.permissions);
      assert.equal(attached.deletedWith, undefined);
    }
  });
});

describe("The boundary of roles", () => {
  const make = async () =>
    ownOf(
      await register(() => {
        const boundary = createBoundary("boundary", planBoundary(staging), {});
        const transformations = [boundRoles(boundary.arn)];
        const parent = new pulumi.ComponentResource(
          "test:index:Standing",
          "part",
          {},
          { transformations },
        );
        new iam.Role("inside", { assumeRolePolicy: "{}" }, { parent });
        new iam.RolePolicy("inside", { role: "inside", policy: "{}" }, { parent });
        new iam.Role("outside", { assumeRolePolicy: "{}" });
      }),
    );

  it("is a policy of the name that workflows are held to", async () => {
    const { inputs } = only(await make(), "aws:iam/policy:Policy boundary");
    assert.equal(inputs["name"], "meridian-staging-boundary");
    assert.deepEqual(JSON.parse(String(inputs["policy"])), planBoundary(staging).policy);
  });

  it("is given to every role below, and to nothing else", async () => {
    const all = await make();
    const boundaryOf = (id: string) => only(all, id).inputs["permissionsBoundary"];
    assert.equal(boundaryOf("aws:iam/role:Role inside"), boundaryArn(staging));
    assert.equal(boundaryOf("aws:iam/role:Role outside"), undefined);
    assert.equal(boundaryOf("aws:iam/rolePolicy:RolePolicy inside"), undefined);
    const { dependsOn } = only(all, "aws:iam/role:Role inside");
    assert.deepEqual(dependsOn, ["aws:iam/policy:Policy boundary"]);
  });
});
