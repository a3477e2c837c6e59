import type { ToolName } from "../../toolchain";

/** Tools that a run on AWS needs besides those that the engine downloads itself. */
export const awsTools: readonly ToolName[] = [
  "pulumi",
  "pulumi-resource-kubernetes",
  "argo-rollouts-crds",
];
