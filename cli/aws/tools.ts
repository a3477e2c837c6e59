import type { ToolName } from "../../toolchain";

/** What a run on AWS needs beside what the engine fetches by itself. */
export const awsTools: readonly ToolName[] = [
  "pulumi",
  "pulumi-resource-kubernetes",
  "argo-rollouts-crds",
];
