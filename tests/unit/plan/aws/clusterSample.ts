import { parseEnvironment } from "../../../../infra/config/parse";
import type { AwsConfig } from "../../../../infra/config/types";
import { type PlatformPlan, planPlatform } from "../../../../infra/plan";

/** A sound environment on AWS, with some of it overlaid. */
export function awsPlan(
  overlay: {
    readonly name?: string;
    readonly regions?: readonly Record<string, unknown>[];
    readonly aws?: Record<string, unknown>;
  } = {},
): { readonly plan: PlatformPlan; readonly aws: AwsConfig } {
  const result = parseEnvironment(overlay.name ?? "staging", {
    provider: "aws",
    regions: overlay.regions ?? [{ name: "eu-west-1" }, { name: "us-east-1" }],
    aws: {
      accountId: "123456789012",
      budget: { monthlyUsd: 100, emails: ["platform@example.com"] },
      ...overlay.aws,
    },
    traffic: { domain: "example.com" },
    delivery: { repository: "https://git.test/meridian" },
  });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, undefined, 2));
  const { environment } = result;
  if (environment.provider !== "aws") throw new Error("not an environment on AWS");
  return { plan: planPlatform(environment), aws: environment.aws };
}
