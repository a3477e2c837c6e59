import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { GithubAccessPlan } from "../githubAccess";
import { printPolicy } from "../policy";

export interface GithubAccessArgs {
  readonly plan: GithubAccessPlan;
}

/** The roles of the repository's workflows in the account, and the OIDC provider that they trust unless the account has it already. */
export class GithubAccess extends pulumi.ComponentResource {
  /** By workflow. */
  readonly roleArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: GithubAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:GithubAccess", name, {}, opts);
    const { issuer, audience, roles } = args.plan;
    const trusted =
      args.plan.provider === "adopt"
        ? []
        : [
            new iam.OpenIdConnectProvider(
              name,
              { url: issuer, clientIdLists: [audience] },
              { parent: this },
            ),
          ];
    const arns = roles.map((plan) => {
      const logicalName = `${name}-${plan.workflow}`;
      const role = new iam.Role(
        logicalName,
        {
          name: plan.name,
          description: plan.description,
          maxSessionDuration: plan.sessionSeconds,
          assumeRolePolicy: printPolicy(plan.trust),
        },
        { parent: this, dependsOn: trusted },
      );
      new iam.RolePolicy(
        logicalName,
        { name: plan.workflow, role: role.name, policy: printPolicy(plan.permissions) },
        // AWS rejects the deletion of a role that has a policy.
        { parent: this },
      );
      return [plan.workflow, role.arn] as const;
    });
    this.roleArns = Object.fromEntries(arns);
    this.registerOutputs({ roleArns: this.roleArns });
  }
}
