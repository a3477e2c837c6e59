import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import type { BoundaryPlan } from "../boundary";
import { printPolicy } from "../policy";

/** The policy that bounds every role of the platform. */
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
 * Gives the boundary to every role below the component that has this among its `transformations`. It is done here and
 * not in each component, so that none can forget it: a workflow is refused a role without it. Not for `GlobalServices`:
 * the workflows' own roles make roles, which the boundary forbids.
 */
export function boundRoles(boundary: pulumi.Input<string>): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    type === "aws:iam/role:Role"
      ? { props: { ...(props as iam.RoleArgs), permissionsBoundary: boundary }, opts }
      : undefined;
}
