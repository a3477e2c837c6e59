import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { BoundaryPlan } from "../boundary";
import { printPolicy } from "../policy";

/** Creates the policy that bounds every role of the platform. */
export function createBoundary(
  name: string,
  plan: BoundaryPlan,
  opts: pulumi.CustomResourceOptions,
): iam.Policy {
  return new iam.Policy(
    name,
    {
      name: plan.name,
      description: "The most that a role of the platform may do",
      policy: printPolicy(plan.policy),
    },
    opts,
  );
}

/**
 * Sets the boundary on every role below the component that has this among its `transformations`. One transformation covers all
 * components, so that none can omit it: AWS denies a workflow a role without it. Not for `GlobalServices`: the workflows' own roles
 * create roles, which the boundary denies.
 */
export function boundRoles(boundary: pulumi.Input<string>): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    type === "aws:iam/role:Role"
      ? { props: { ...(props as iam.RoleArgs), permissionsBoundary: boundary }, opts }
      : undefined;
}
