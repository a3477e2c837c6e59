import { checkAws } from "./awsChecks";
import { checkRegions } from "./checks";
import { checkFailback, resolveFailback } from "./failbackSchema";
import { fromIssues } from "./issues";
import { type RawDiagnostic, type Path, formatPath, formatValue, valueAt } from "./rawDiagnostic";
import type { RegionInput } from "./regionSchema";
import type { Component } from "../components/component";
import { type EnvironmentInput, environmentSchemasOf } from "./schema";
import { components } from "../components/registry";
import { defaultCidr } from "./addressing";
import type {
  AwsConfig,
  Environment,
  ParseResult,
  Diagnostic,
  Provider,
  RegionConfig,
} from "./types";

/** Optional information about the origin of the values. */
export interface Origin {
  /** The line of a path in the file, starting at 1. */
  readonly lineOf?: (path: Path) => number | undefined;
  /** Names of options that were set as secrets: no value below them is printed. */
  readonly secrets?: ReadonlySet<string>;
}

/**
 * Validates a configuration as a whole and applies its defaults.
 *
 * @param stack the environment's name.
 * @param raw the options of the `meridian:` namespace, by name without it.
 * @param of the components, whose sections belong to the configuration. Default: those of the platform.
 * @returns the environment, or all diagnostics, in the order of the file. Never throws.
 */
export function parseEnvironment(
  stack: string,
  raw: Readonly<Record<string, unknown>>,
  origin: Origin = {},
  of = components,
): ParseResult {
  const provider = providerOf(raw);
  const schema = environmentSchemasOf(of)[provider];
  const result = schema.safeParse(raw);
  const rawDiagnostics = [
    ...(result.success ? [] : fromIssues(schema, result.error.issues)),
    ...checkRegions(valueAt(raw, ["regions"]), blockOf(raw)),
    ...of.flatMap(({ configuration }) => configuration?.check?.(raw) ?? []),
    ...checkFailback(raw),
    ...(provider === "aws" ? checkAws(raw) : []),
  ];
  const ofName = provider === "aws" ? checkName(stack) : [];
  if (result.success && rawDiagnostics.length === 0 && ofName.length === 0)
    return { ok: true, environment: resolve(stack, result.data as EnvironmentInput, of) };
  return {
    ok: false,
    diagnostics: [
      ...ofName,
      ...inOrder(rawDiagnostics.map((rawDiagnostic) => toDiagnostic(rawDiagnostic, raw, origin))),
    ],
  };
}

/** Any other value has its own diagnostic. */
function blockOf(raw: unknown): number {
  return valueAt(raw, ["aws", "addressBlock"]) === 1 ? 1 : 0;
}

/** On AWS the environment's name is part of other names. A cache's name has the lowest limit: 40 characters. */
function checkName(stack: string): Diagnostic[] {
  if (/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(stack) && !stack.includes("--")) return [];
  return [
    {
      path: "meridian: the environment's name",
      value: formatValue(stack),
      expected: "lower-case letters, digits and single hyphens, a letter first, 20 at most",
      remedy: "Rename the file and the stack, e.g. environments/Pulumi.staging.yaml.",
    },
  ];
}

/** The provider whose schema applies; for an invalid provider, the one whose options are present. */
function providerOf(raw: Readonly<Record<string, unknown>>): Provider {
  const written = valueAt(raw, ["provider"]);
  if (written === "local" || written === "aws") return written;
  return valueAt(raw, ["aws"]) === undefined ? "local" : "aws";
}

function toDiagnostic(rawDiagnostic: RawDiagnostic, raw: unknown, origin: Origin): Diagnostic {
  const { path, expected, remedy } = rawDiagnostic;
  const line = origin.lineOf?.(path);
  const value = printed(rawDiagnostic, raw, origin);
  return { path: formatPath(path), value, expected, remedy, ...(line !== undefined && { line }) };
}

function printed({ path, hidden }: RawDiagnostic, raw: unknown, { secrets }: Origin): string {
  const value = valueAt(raw, path);
  if (secrets?.has(String(path[0])) === true) return "[secret]";
  return hidden === true && typeof value === "string" ? "a text (not shown)" : formatValue(value);
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
}

function resolve(stack: string, input: EnvironmentInput, of: readonly Component[]): Environment {
  const { failover } = input.federation;
  const block = input.provider === "aws" ? input.aws.addressBlock : 0;
  const regions = resolveRegions(input.regions, block);
  const common = {
    name: stack,
    regions,
    federation: {
      failover: {
        ...failover,
        // A region that is silent for seconds over the internet is seldom lost.
        profile: failover.profile ?? (input.provider === "aws" ? "steady" : "fast"),
        failback: resolveFailback(failover.failback),
      },
    },
    traffic: { ...input.traffic, domain: input.traffic.domain ?? `${stack}.meridian.test` },
    ...resolveSections(stack, input, of),
  };
  return input.provider === "local"
    ? { ...common, provider: "local" }
    : { ...common, provider: "aws", aws: resolveAws(input.aws, regions) };
}

/** The fields of all sections. `Environment` declares those that more than their component read, with the types of the sections. */
function resolveSections(
  stack: string,
  input: EnvironmentInput,
  of: readonly Component[],
): Pick<Environment, "delivery"> {
  const fields = of.map(({ configuration }) => configuration?.resolve(input as never, stack));
  return Object.assign({}, ...fields) as Pick<Environment, "delivery">;
}

function resolveAws(
  aws: Extract<EnvironmentInput, { provider: "aws" }>["aws"],
  regions: readonly RegionConfig[],
): AwsConfig {
  return {
    ...aws,
    alarms: aws.alarms ?? { emails: aws.budget.emails },
    home: aws.home ?? regions.find(({ role }) => role === "hub")?.name ?? "",
  };
}

function resolveRegions(regions: readonly RegionInput[], block: number): RegionConfig[] {
  const declared = regions.findIndex(({ role }) => role === "hub");
  const hub = declared >= 0 ? declared : regions.findIndex(({ role }) => role === undefined);
  return regions.map((region, index) => ({
    ...region,
    role: index === hub ? "hub" : "member",
    // With one node per zone, none is spot.
    spotPerZone: region.spotPerZone ?? Math.min(1, region.nodesPerZone - 1),
    cidr: region.cidr ?? requireCidr(region.name, block),
  }));
}

/** The checks have already rejected a region without a range. */
function requireCidr(region: string, block: number): string {
  const cidr = defaultCidr(region, block);
  if (cidr === undefined) throw new Error(`no range of addresses for ${region}`);
  return cidr;
}
