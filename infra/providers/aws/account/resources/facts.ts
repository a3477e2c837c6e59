import type * as aws from "@pulumi/aws";
import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getRegions } from "@pulumi/aws/getRegions";
import { getVpc } from "@pulumi/aws/ec2/getVpc";
import { getOpenIdConnectProvider } from "@pulumi/aws/iam/getOpenIdConnectProvider";
import { getVpcs } from "@pulumi/aws/ec2/getVpcs";
import { getClusterVersions } from "@pulumi/aws/eks/getClusterVersions";
import { getZone } from "@pulumi/aws/route53/getZone";
import { getServiceQuota } from "@pulumi/aws/servicequotas/getServiceQuota";
import { getParametersByPath } from "@pulumi/aws/ssm/getParametersByPath";
import { ConfigurationError } from "../../../../config/report";
import { credentialDiagnostic } from "../../access/credentials";
import { githubIssuer } from "../../access/githubAccess";
import type {
  AwsFacts,
  ExistingNetwork,
  GithubProviderFacts,
  QuotaKey,
  RegionFacts,
} from "../facts";
import { environmentTag } from "../names";
import { quotaCodes } from "../quotas";
import type { RegionProviders } from "../../resources/types";

/** Arguments of the account reader. */
export interface FactsArgs {
  readonly providers: RegionProviders;
  /** Region whose provider makes the account-wide requests. */
  readonly home: string;
  readonly domain: string;
  /** Whether GitHub's workflows have access: only then its OIDC provider is read. */
  readonly hasGithub: boolean;
}

/**
 * Reads the account facts that `preflight` evaluates. Read-only; registers nothing.
 * @throws ConfigurationError when the credentials are missing, expired or invalid.
 */
export async function readFacts(args: FactsArgs): Promise<AwsFacts> {
  const home = args.providers[args.home];
  if (home === undefined) throw new RangeError(`no provider for ${args.home}`);
  const own = { provider: home };
  const { accountId, arn } = await getCallerIdentity({}, own).catch(refuseCredentials);
  const [{ names }, zoneId, githubProvider] = await Promise.all([
    getRegions({}, own),
    zoneIdOf(args.domain, home),
    args.hasGithub ? readGithubProvider(home) : undefined,
  ]);
  const enabled = Object.entries(args.providers).filter(([region]) => names.includes(region));
  const regions = await Promise.all(
    enabled.map(async ([name, provider]) => [name, await readRegion(name, provider)] as const),
  );
  return {
    account: accountId,
    caller: arn,
    enabledRegions: names,
    ...(zoneId !== undefined && { zoneId }),
    ...(githubProvider !== undefined && { githubProvider }),
    regions: Object.fromEntries(regions),
  };
}

async function readRegion(region: string, provider: aws.Provider): Promise<RegionFacts> {
  const own = { provider };
  const [zones, versions, networks, services, quotas] = await Promise.all([
    getAvailabilityZones({ state: "available" }, own),
    // Deploy roles do not need the permission to list these.
    getClusterVersions({}, own).catch(() => undefined),
    readNetworks(provider),
    readServices(region, provider),
    readQuotas(provider),
  ]);
  return {
    // Both lists have the same order.
    zones: zones.names.map((name, index) => ({ name, id: zones.zoneIds[index] ?? "" })),
    eksVersions: (versions?.clusterVersions ?? [])
      .filter(({ versionStatus }) => versionStatus !== "UNSUPPORTED")
      .map(({ clusterVersion }) => clusterVersion)
      .sort((one, other) => one.localeCompare(other, "en", { numeric: true })),
    networks,
    services,
    quotas,
  };
}

async function readNetworks(provider: aws.Provider): Promise<ExistingNetwork[]> {
  const { ids } = await getVpcs({}, { provider });
  const found = await Promise.all(ids.map((id) => getVpc({ id }, { provider })));
  return found.map(({ id, cidrBlockAssociations, tags }) => ({
    id,
    cidrs: cidrBlockAssociations.map(({ cidrBlock }) => cidrBlock),
    ...(tags[environmentTag] !== undefined && { environment: tags[environmentTag] }),
  }));
}

/** AWS publishes the services of a region as public parameters. */
async function readServices(region: string, provider: aws.Provider): Promise<string[]> {
  const path = `/aws/service/global-infrastructure/regions/${region}/services`;
  const found = await getParametersByPath({ path }, { provider }).catch(() => undefined);
  return [...(found?.values ?? [])];
}

async function readQuotas(provider: aws.Provider): Promise<Partial<Record<QuotaKey, number>>> {
  const read = await Promise.all(
    Object.entries(quotaCodes).map(async ([key, { service, code }]) => {
      const args = { serviceCode: service, quotaCode: code };
      const quota = await getServiceQuota(args, { provider }).catch(() => undefined);
      return quota === undefined ? [] : [[key, quota.value] as const];
    }),
  );
  return Object.fromEntries(read.flat());
}

async function zoneIdOf(domain: string, provider: aws.Provider): Promise<string | undefined> {
  try {
    return (await getZone({ name: domain, privateZone: false }, { provider })).zoneId;
  } catch (error) {
    if (/no matching Route ?53 Hosted Zone/i.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** An account has at most one OIDC provider for an issuer. */
async function readGithubProvider(
  provider: aws.Provider,
): Promise<GithubProviderFacts | undefined> {
  try {
    const { clientIdLists, tags } = await getOpenIdConnectProvider(
      { url: githubIssuer },
      { provider },
    );
    const environment = tags[environmentTag];
    return { audiences: clientIdLists, ...(environment !== undefined && { environment }) };
  } catch (error) {
    if (/finding IAM OIDC Provider by url .*not found/i.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** Converts the provider's credential error, which begins with a page about its own configuration, to one diagnostic. */
function refuseCredentials(error: unknown): never {
  const diagnostic = credentialDiagnostic(messageOf(error));
  if (diagnostic === undefined) throw error;
  throw new ConfigurationError([diagnostic], "the account");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
