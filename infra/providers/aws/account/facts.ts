/**
 * What is known of an account before anything in it is touched. Read by `infra/providers/aws/account/resources/facts.ts`, judged by
 * `preflight.ts`: plain data, so that every judgement can be tested without an account.
 */
export interface AwsFacts {
  /** Twelve digits: the account that the credentials belong to. */
  readonly account: string;
  /** ARN of whoever they are: a user, or a session of a role. */
  readonly caller: string;
  /** Regions that are switched on for the account. */
  readonly enabledRegions: readonly string[];
  /** The hosted zone of the domain; absent: the account has none. */
  readonly zoneId?: string;
  /** By name. A region that is not switched on has no entry. */
  readonly regions: Readonly<Record<string, RegionFacts>>;
}

export interface RegionFacts {
  /** Whole names of the zones that take new things, e.g. "eu-west-1a". */
  readonly zones: readonly string[];
  /** Minor versions of EKS in standard support, e.g. "1.34". */
  readonly eksVersions: readonly string[];
  /** Networks that are there already. */
  readonly networks: readonly ExistingNetwork[];
  /** Short names of the services that the region has, as AWS' own list writes them, e.g. "eks"; empty: not known. */
  readonly services: readonly string[];
  /** By key of `quotas.ts`; absent: could not be read. */
  readonly quotas: Readonly<Partial<Record<QuotaKey, number>>>;
}

export interface ExistingNetwork {
  /** E.g. "vpc-0123". */
  readonly id: string;
  readonly cidrs: readonly string[];
  /** Environment whose network it is, by its tag; absent: nobody's of ours. */
  readonly environment?: string;
}

/** Quotas that decide whether an environment fits into a region. */
export type QuotaKey =
  | "vpcs"
  | "elasticIps"
  | "natGatewaysPerZone"
  | "clusters"
  | "onDemandCpus"
  | "spotCpus"
  | "loadBalancers";
