import * as fs from "node:fs";
import * as path from "node:path";
import { writePrivate } from "../../../infra/providers/local/instance";

/**
 * What is so in the AWS that the stand-in plays, apart from what was made through it. Kept as a file in the
 * world's folder and read at every operation: a test changes it while an engine runs.
 */
export interface Facts {
  /** Account of the credentials. Absent: the first that the provider's `allowedAccountIds` names. */
  readonly account?: string;
  readonly credentials: "valid" | "missing" | "expired";
  /** By region's name. Another region does not exist. */
  readonly regions: Readonly<Record<string, RegionFacts>>;
  /** GitHub's OIDC provider, if the account has one before anything is made. */
  readonly githubProvider?: { readonly audiences: readonly string[] };
  /** Hosted zones that exist before anything is made. */
  readonly hostedZones: readonly HostedZoneFacts[];
  /** Ids of resources that somebody removed by hand: a refresh does not find them. */
  readonly gone: readonly string[];
  /** Address that network load balancers answer at: a loopback address of this machine. Absent: the table's. */
  readonly networkLoadBalancer?: string;
  readonly faults: readonly Fault[];
}

export interface RegionFacts {
  /** Letters of the zones. */
  readonly zones: readonly string[];
  /** Ids of zones by letter. Default: ids that no real zone has. */
  readonly zoneIds?: Readonly<Record<string, string>>;
  /** Versions that EKS offers, the default last. */
  readonly eksVersions: readonly EksVersionFacts[];
  /** Networks that exist before anything is made. */
  readonly vpcs: readonly VpcFacts[];
  /** Quotas by "service/code", e.g. "vpc/L-F678F1CE"; "*" is every other one's. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Services that the region lacks, by their id, e.g. "eks"; see `calls/account.ts` for those there are. */
  readonly lacks: readonly string[];
  /** True: its API answers nothing. */
  readonly silent?: boolean;
}

export interface EksVersionFacts {
  readonly version: string;
  readonly status: "STANDARD_SUPPORT" | "EXTENDED_SUPPORT" | "UNSUPPORTED";
}

export interface VpcFacts {
  readonly id: string;
  readonly cidrBlock: string;
  /** Further ranges. Default: none. */
  readonly secondary?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface HostedZoneFacts {
  readonly id: string;
  readonly name: string;
  /** Default: false. */
  readonly private?: boolean;
}

/** A trouble at one operation on a resource. */
export interface Fault {
  readonly type: string;
  readonly op: "create" | "update" | "delete";
  /** Only in this region. Default: in any. */
  readonly region?: string;
  /** Only at this resource, by Pulumi's name. Default: at any of the type. */
  readonly name?: string;
  /** Only at the nth operation since the fault was set, from 1. Default: at each. */
  readonly nth?: number;
  /**
   * fail: AWS refuses. kill-before: the provider is killed before AWS has done anything. kill-after: AWS has
   * done it, and the provider is killed before it could say so.
   */
  readonly action: "fail" | "kill-before" | "kill-after";
  /** What AWS says. Default: an internal error. */
  readonly message?: string;
  /** When it was set: earlier operations do not count. */
  readonly since: string;
}

const eksVersions: readonly EksVersionFacts[] = [
  { version: "1.29", status: "UNSUPPORTED" },
  { version: "1.30", status: "EXTENDED_SUPPORT" },
  { version: "1.31", status: "EXTENDED_SUPPORT" },
  { version: "1.34", status: "STANDARD_SUPPORT" },
  { version: "1.35", status: "STANDARD_SUPPORT" },
  { version: "1.36", status: "STANDARD_SUPPORT" },
];

/** An ordinary region: three zones, supported versions, its default network, ample quotas. */
export const ordinaryRegion: RegionFacts = {
  zones: ["a", "b", "c"],
  eksVersions,
  vpcs: [{ id: "vpc-default", cidrBlock: "172.31.0.0/16" }],
  quotas: { "*": 1000 },
  lacks: [],
};

const regionNames = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-southeast-1"];

/** An ordinary account: some regions, and the zones of the environments in this repository. */
export const ordinaryFacts: Facts = {
  credentials: "valid",
  regions: Object.fromEntries(regionNames.map((name) => [name, ordinaryRegion])),
  hostedZones: [
    { id: "ZEXAMPLE", name: "example.com" },
    { id: "ZSTAGING", name: "staging.example.com" },
  ],
  gone: [],
  faults: [],
};

/** The variable that tells provider and command which world they are in: its folder. */
export const worldVariable = "MERIDIAN_AWS_WORLD";

/** @throws where there is no world. */
export function readFacts(world: string): Facts {
  return JSON.parse(fs.readFileSync(factsFile(world), "utf8")) as Facts;
}

export function writeFacts(world: string, facts: Facts): void {
  writePrivate(factsFile(world), JSON.stringify(facts, null, 2));
}

function factsFile(world: string): string {
  return path.join(world, "facts.json");
}
