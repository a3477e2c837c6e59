/**
 * List prices of AWS in US dollars, before tax, discounts and credits, as its public price pages gave them. They are for an
 * estimate: nothing is decided by them. When they are renewed, `pricesFrom` is.
 */
export const pricesFrom = "2025-11";

/** Hours of a month, as AWS' own calculator counts them. */
export const monthHours = 730;

/** What differs little between regions, and is taken to be the same: us-east-1's figures. */
export const prices = {
  /** EKS, for each cluster and hour, in standard support. */
  cluster: 0.1,
  /** Auto Mode's fee as a share of the on-demand price, whatever the node itself costs. */
  autoModeShare: 0.12,
  /** What spot costs of on-demand; it changes by the hour, and by zone. */
  spotShare: 0.35,
  /** For each hour; data is left out. */
  natGateway: 0.045,
  /** Each public IPv4 address, for each hour. */
  publicAddress: 0.005,
  /** Interface endpoint, for each zone and hour; data is left out. */
  interfaceEndpoint: 0.01,
  /** Application or network load balancer, for each hour; capacity units are left out. */
  loadBalancer: 0.0225,
  /** Transit gateway, for each attachment and hour; data is left out. */
  transitAttachment: 0.05,
  /** For each month. */
  hostedZone: 0.5,
  /** HTTPS with the fast interval, for each month. */
  healthCheck: 3,
  /** Web ACL, and each rule of it, for each month; requests are left out. */
  webAcl: 5,
  webAclRule: 1,
  /** Each key and each replica of it, for each month; requests are left out. */
  key: 1,
  /** Aurora Serverless v2, for each capacity unit and hour. */
  auroraCapacityUnit: 0.12,
  /** Secret, for each replica and month. */
  secret: 0.4,
  /** General-purpose volume (gp3), for each GiB and month. */
  volumeGib: 0.08,
} as const;

/** On-demand price of one virtual processor for an hour, Linux, us-east-1, by instance family. */
export const processorPrices: Readonly<Record<string, number>> = {
  c6i: 0.0425,
  c7g: 0.03625,
  c7i: 0.044625,
  c8g: 0.03988,
  m6i: 0.048,
  m7a: 0.05796,
  m7g: 0.0408,
  m7i: 0.0504,
  m8g: 0.04488,
  r6i: 0.063,
  r7g: 0.05355,
  r7i: 0.06615,
  r8g: 0.0589,
  t3: 0.0416,
  t4g: 0.0336,
};

/** Valkey on ElastiCache: price of a node for an hour, us-east-1. */
export const cacheNodePrices: Readonly<Record<string, number>> = {
  "cache.t4g.micro": 0.0128,
  "cache.t4g.small": 0.0256,
  "cache.t4g.medium": 0.052,
  "cache.m7g.large": 0.1264,
  "cache.r7g.large": 0.1752,
  "cache.r7g.xlarge": 0.3496,
};

/** What a region costs compared with us-east-1: instances of one family in both. */
const regionFactors: Readonly<Record<string, number>> = {
  "us-east-1": 1,
  "us-east-2": 1,
  "us-west-1": 1.17,
  "us-west-2": 1,
  "ca-central-1": 1.11,
  "eu-west-1": 1.11,
  "eu-west-2": 1.16,
  "eu-west-3": 1.17,
  "eu-central-1": 1.2,
  "eu-north-1": 1.06,
  "ap-south-1": 1.05,
  "ap-southeast-1": 1.25,
  "ap-southeast-2": 1.25,
  "ap-northeast-1": 1.29,
  "ap-northeast-2": 1.23,
  "sa-east-1": 1.59,
};

/** For a region that is not in the table: dear, so that the estimate errs on the safe side. */
const unknownFactor = 1.6;

/** What a region costs compared with us-east-1, and whether that is known. */
export function regionFactor(region: string): { readonly factor: number; readonly known: boolean } {
  const factor = regionFactors[region];
  return { factor: factor ?? unknownFactor, known: factor !== undefined };
}
