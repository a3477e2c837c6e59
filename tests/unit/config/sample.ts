import { parseEnvironment } from "../../../infra/config/parse";
import type { Environment, Diagnostic } from "../../../infra/config/types";

/** The options of a sound environment; each test changes one thing in it. */
export function sound(): Record<string, unknown> {
  return {
    provider: "local",
    regions: [{ name: "eu-west-1" }, { name: "us-east-1" }, { name: "ap-southeast-1" }],
  };
}

/** A sound environment with its first region's fields overlaid. */
export function withRegion(fields: Record<string, unknown>): Record<string, unknown> {
  return { ...sound(), regions: [{ name: "eu-west-1", ...fields }, { name: "us-east-1" }] };
}

/** A sound environment on AWS; each test changes one thing in it. */
export function soundAws(aws: Record<string, unknown> = {}, others: Record<string, unknown> = {}) {
  return {
    provider: "aws",
    aws: {
      accountId: "123456789012",
      budget: { monthlyUsd: 100, emails: ["platform@example.com"] },
      ...aws,
    },
    regions: [{ name: "eu-west-1" }, { name: "us-east-1" }],
    delivery: { repository: "https://git.test/owner/name" },
    traffic: { domain: "shop.example.com" },
    ...others,
  };
}

export function parsed(raw: Record<string, unknown>): Environment {
  const result = parseEnvironment("test", raw);
  if (!result.ok)
    throw new Error(`a sound configuration was refused: ${inspect(result.diagnostics)}`);
  return result.environment;
}

export function diagnosticsOf(raw: Record<string, unknown>): readonly Diagnostic[] {
  const result = parseEnvironment("test", raw);
  return result.ok ? [] : result.diagnostics;
}

function inspect(diagnostics: readonly Diagnostic[]): string {
  return JSON.stringify(diagnostics, undefined, 2);
}
