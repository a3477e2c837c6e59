/**
 * AWS list prices in US dollars, before tax, discounts and credits, from its public price pages. Only estimates use them; no
 * decision depends on them. Update `pricesFrom` together with the prices.
 */
export const pricesFrom = "2025-11";

/** Hours per month in AWS' own calculator. */
export const monthHours = 730;

/** Prices that differ little between regions and are assumed to be equal: those of us-east-1. */
export const prices = {
  /** EKS, per cluster and hour, in standard support. */
  cluster: 0.1,
  /** The same in extended support. */
  clusterExtended: 0.6,
  /** Auto Mode's fee as a share of the on-demand price, independent of the node's own cost. */
  autoModeShare: 0.12,
  /** Spot price as a share of the on-demand price; it varies by hour and by zone. */
  spotShare: 0.35,
  /** Per hour, without data. */
  natGateway: 0.045,
  /** Public IPv4 address, per hour. */
  publicAddress: 0.005,
  /** Interface endpoint, per zone and hour, without data. */
  interfaceEndpoint: 0.01,
  /** Application or network load balancer, per hour, without capacity units. */
  loadBalancer: 0.0225,
  /** Transit gateway, per attachment and hour, without data. */
  transitAttachment: 0.05,
  /** Per month. */
  hostedZone: 0.5,
  /** HTTPS with the fast interval, per month. */
  healthCheck: 3,
  /** Web ACL, and each of its rules, per month, without requests. */
  webAcl: 5,
  webAclRule: 1,
  /** Each key and each of its replicas, per month, without requests. */
  key: 1,
  /** Aurora Serverless v2, per capacity unit and hour. */
  auroraCapacityUnit: 0.12,
  /** Secret, per replica and month. */
  secret: 0.4,
  /** General-purpose volume (gp3), per GiB and month. */
  volumeGib: 0.08,
} as const;

/** On-demand price of one vCPU per hour, Linux, us-east-1, by instance family. */
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

/** Valkey on ElastiCache: price of a node per hour, us-east-1. */
export const cacheNodePrices: Readonly<Record<string, number>> = {
  "cache.t4g.micro": 0.0128,
  "cache.t4g.small": 0.0256,
  "cache.t4g.medium": 0.052,
  "cache.m7g.large": 0.1264,
  "cache.r7g.large": 0.1752,
  "cache.r7g.xlarge": 0.3496,
};

/** Price factor of a region relative to us-east-1, from instances of one family in both. */
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

/** Factor of a region that is not in the table: high, so that the estimate is not too low. */
const unknownFactor = 1.6;

/** Price factor of a region relative to us-east-1, and whether it is known. */
export function regionFactor(region: string): { readonly factor: number; readonly known: boolean } {
  const factor = regionFactors[region];
  return { factor: factor ?? unknownFactor, known: factor !== undefined };
}

/** Price of a type. A type that is not in the table has the price of the most expensive one. */
export function priceOf(
  table: Readonly<Record<string, number>>,
  type: string,
): { readonly price: number; readonly known: boolean } {
  const price = table[type];
  return { price: price ?? Math.max(...Object.values(table)), known: price !== undefined };
}
