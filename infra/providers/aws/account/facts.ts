/**
 * The state of an account before any change. `infra/providers/aws/account/resources/facts.ts` reads it, `preflight.ts` evaluates
 * it. Plain data, so that every check can be tested without an account.
 */
export interface AwsFacts {
  /** Twelve digits: the account of the credentials. */
  readonly account: string;
  /** ARN of the caller: a user, or a session of a role. */
  readonly caller: string;
  /** Regions that are enabled for the account. */
  readonly enabledRegions: readonly string[];
  /** The hosted zone of the domain; absent if the account has none. */
  readonly zoneId?: string;
  /** The account's OIDC provider for GitHub's tokens; absent if it has none. */
  readonly githubProvider?: GithubProviderFacts;
  /** By name. A region that is not enabled has no entry. */
  readonly regions: Readonly<Record<string, RegionFacts>>;
}

export interface RegionFacts {
  /** The zones that accept new resources. */
  readonly zones: readonly ZoneFacts[];
  /** Minor versions that EKS serves, in standard or extended support, e.g. "1.34"; empty if unreadable. */
  readonly eksVersions: readonly string[];
  /** Existing networks. */
  readonly networks: readonly ExistingNetwork[];
  /** Short names of the region's services, as in AWS' own list, e.g. "eks"; empty if unknown. */
  readonly services: readonly string[];
  /** By key of `quotas.ts`; absent if unreadable. */
  readonly quotas: Readonly<Partial<Record<QuotaKey, number>>>;
}

export interface GithubProviderFacts {
  /** Audiences that it accepts. */
  readonly audiences: readonly string[];
  /** Environment that created it, by its tag; absent if it belongs to no environment of Meridian. */
  readonly environment?: string;
}

export interface ZoneFacts {
  /** Full name in this account, e.g. "eu-west-1a". */
  readonly name: string;
  /** The same zone in every account, e.g. "euw1-az3". */
  readonly id: string;
}

export interface ExistingNetwork {
  /** E.g. "vpc-0123". */
  readonly id: string;
  readonly cidrs: readonly string[];
  /** Environment of the network, by its tag; absent if it belongs to no environment of Meridian. */
  readonly environment?: string;
}

/** Quotas that determine whether an environment fits into a region. */
export type QuotaKey =
  | "vpcs"
  | "elasticIps"
  | "natGatewaysPerZone"
  | "clusters"
  | "onDemandCpus"
  | "spotCpus"
  | "loadBalancers";
