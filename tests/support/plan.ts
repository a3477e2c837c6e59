import { parseEnvironment } from "../../infra/config/parse";
import { type PlatformPlan, planPlatform } from "../../infra/plan";

/** A plan of a local environment named "test", made the way the program makes it. */
export function planOf(
  regions: readonly Record<string, unknown>[],
  others: Record<string, unknown> = {},
): PlatformPlan {
  const result = parseEnvironment("test", { provider: "local", regions, ...others });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, undefined, 2));
  return planPlatform(result.environment);
}

/** The smallest regions there are: one zone, one node. */
export function small(name: string, fields: Record<string, unknown> = {}) {
  return { name, zones: ["a"], nodesPerZone: 1, ...fields };
}

export const threeRegions = [
  { name: "eu-west-1" },
  { name: "us-east-1" },
  { name: "ap-southeast-1" },
] as const;
