import * as fc from "fast-check";
import { parseEnvironment } from "../../../infra/config/parse";
import { type PlatformPlan, planPlatform } from "../../../infra/plan";
import { testAccount } from "./table";

/** What a plan of a test may be asked to be beyond its regions. */
export interface AwsPlanOptions {
  /** Of the environment. Default: "test". */
  readonly name?: string;
  /** Names of the apps. Default: none. */
  readonly apps?: readonly string[];
  /** What is delivered, beyond repository and track. */
  readonly delivery?: Readonly<Record<string, unknown>>;
  /** Where flags come from. Default: the environment's file. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** How replicas return to a region that is back. Default: the configuration's own. */
  readonly failback?: Readonly<Record<string, unknown>>;
  /** Kafka. Default: none. */
  readonly streaming?: Readonly<Record<string, unknown>>;
}

/** A plan of an environment on AWS, made the way the program makes it. The first region is the hub. */
export function awsPlanOf(
  regions: readonly (string | Record<string, unknown>)[],
  aws: Record<string, unknown> = {},
  { name = "test", apps = [], delivery = {}, flags, failback, streaming }: AwsPlanOptions = {},
): PlatformPlan {
  const result = parseEnvironment(name, {
    provider: "aws",
    regions: regions.map((region, index) => ({
      ...(index === 0 ? { role: "hub" } : {}),
      ...(typeof region === "string" ? { name: region } : region),
    })),
    aws: {
      accountId: testAccount,
      budget: { monthlyUsd: 100, emails: ["a@example.com"] },
      ...aws,
    },
    delivery: {
      repository: "https://github.com/example/meridian",
      track: { branch: "main" },
      ...delivery,
    },
    traffic: { domain: "example.com" },
    ...(flags && { flags }),
    ...(streaming && { streaming }),
    ...(failback && { federation: { failover: { failback } } }),
  });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, undefined, 2));
  return planPlatform(result.environment, apps);
}

/** One to four regions of AWS. */
export const someRegions = fc.uniqueArray(
  fc.constantFrom(
    "eu-west-1",
    "us-east-1",
    "ap-southeast-1",
    "eu-central-1",
    "us-west-2",
    "sa-east-1",
  ),
  { minLength: 1, maxLength: 4 },
);
