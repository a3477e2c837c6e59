/**
 * What the rest of Meridian sees of a configuration: checked, with every default filled in.
 *
 * The shape a person writes is `schema.ts`; `parse.ts` turns the one into the other. They are apart because a
 * reader of an `Environment` never has to ask whether something was left out.
 */

/** One environment: one stack, one file `environments/Pulumi.<name>.yaml`. */
export type Environment = LocalEnvironment | AwsEnvironment;

/** The providers there are. `Environment` is discriminated by them: one member for each. */
export type Provider = Environment["provider"];

/** What every environment has, whoever provides its clusters. */
export interface CommonEnvironment {
  /** Stack name: "local", "staging", "production". */
  readonly name: string;
  /** In the order of the file. Never empty; names are unique, addresses disjoint, exactly one is the hub. */
  readonly regions: readonly RegionConfig[];
  readonly federation: FederationConfig;
  readonly delivery: DeliveryConfig;
  readonly traffic: TrafficConfig;
}

/** Every region on this machine: real control planes, simulated nodes. */
export interface LocalEnvironment extends CommonEnvironment {
  readonly provider: "local";
  /** LaunchDarkly; absent: flags are in the environment's file. */
  readonly flags?: FlagsConfig;
}

/** Every region in Amazon's cloud. */
export interface AwsEnvironment extends CommonEnvironment {
  readonly provider: "aws";
  readonly aws: AwsConfig;
  /** LaunchDarkly; absent: flags are in the environment's file, as it is when `up` runs. */
  readonly flags?: AwsFlagsConfig;
}

/** LaunchDarkly on AWS. Its SDK key is a secret of Secrets Manager, which a person fills: no configuration leads to it. */
export interface AwsFlagsConfig {
  /** A relay proxy; absent: LaunchDarkly itself. */
  readonly relay?: RelayConfig;
}

/** LaunchDarkly on this machine, where it decides how far versions go. */
export interface FlagsConfig extends AwsFlagsConfig {
  /** File with the SDK key. Absolute, or below the home folder as `~/…`. */
  readonly sdkKeyFile: string;
}

/** Base URLs of a relay proxy. */
export interface RelayConfig {
  readonly stream: string;
  readonly polling: string;
  readonly events: string;
}

/** What only an environment on AWS has. */
export interface AwsConfig {
  /** Twelve digits. Another account is refused before anything is touched. */
  readonly accountId: string;
  /**
   * Region of what cannot move with the hub: the first copy of keys, images and secrets, the audit trail, the database's
   * writer.
   */
  readonly home: string;
  /** Minor version of EKS, e.g. "1.34". */
  readonly kubernetesVersion: string;
  /** Networks that reach the API servers from outside; none: they are private. */
  readonly apiAccess: readonly string[];
  /** ARNs of the IAM roles that administer the clusters, beside the one that creates them. */
  readonly administrators: readonly string[];
  /** Block of the regions' default ranges, 0 or 1: environments of different blocks have no address in common. */
  readonly addressBlock: number;
  /** One NAT gateway for each zone, or one for the whole region. */
  readonly natGateways: "zone" | "region";
  /** From this number of regions on a transit gateway connects them; below, each two are peered. */
  readonly transitGatewayFrom: number;
  /** Processor architectures that nodes may have. */
  readonly architectures: readonly Architecture[];
  /** Whether the zone of `traffic.domain` is made, or one that exists is used. */
  readonly zone: "create" | "adopt";
  /** Repository whose workflows may deploy, "owner/name"; absent: none may. */
  readonly github?: string;
  readonly budget: {
    /** Of the account, in US dollars a month. */
    readonly monthlyUsd: number;
    /** Who is told at 80 % of it, at all of it, and when all of it is forecast. */
    readonly emails: readonly string[];
  };
  /** Requests of one address in five minutes, above which the firewall refuses it. */
  readonly requestsPerFiveMinutes: number;
  /** The relational database; absent: none. */
  readonly database?: DatabaseConfig;
  /** The cache in each region; absent: none. */
  readonly cache?: CacheConfig;
  /** Where Helm charts come from instead of their publishers; absent: from these. */
  readonly chartRepository?: string;
}

export type Architecture = "amd64" | "arm64";

/** Aurora PostgreSQL, its capacity in each region in Aurora capacity units (2 GiB each). */
export interface DatabaseConfig {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  /** Readers in each region beside the writer at home. */
  readonly readers: number;
  readonly backupDays: number;
  /** Regions whose data may be deleted: protection is lifted there, nothing is deleted by it. */
  readonly release: readonly string[];
}

/** Valkey, in each region. */
export interface CacheConfig {
  readonly nodeType: string;
  /** Replicas beside the primary, over the zones. */
  readonly replicas: number;
}

/** The hub region also houses the clusters that manage the others. */
export type RegionRole = "hub" | "member";

/** One region of the list that decides clusters, addresses and federation. */
export interface RegionConfig {
  /** A DNS label; on AWS the region's own name. Identifies the region for good: a new name is a new region. */
  readonly name: string;
  readonly role: RegionRole;
  /** Suffix letters: "a" of "eu-west-1" is the zone "eu-west-1a". */
  readonly zones: readonly string[];
  /** Nodes in each zone, spot ones included. */
  readonly nodesPerZone: number;
  /** How many of `nodesPerZone` are spot; at least one node of a zone is not. */
  readonly spotPerZone: number;
  readonly node: NodeConfig;
  /** Share of the replicas, relative to the other regions' weights; 0 takes the region out of the division. */
  readonly weight: number;
  /** What flags' rules may ask of the region, beside its name, location and role: a tier, for example. */
  readonly attributes: Readonly<Record<string, string>>;
  /** All of the region's addresses: nodes, pods and services are carved from it. Overlaps no other region's. */
  readonly cidr: string;
}

/** What one node offers to pods. */
export interface NodeConfig {
  /** The cloud's name for the size, e.g. "m7i.xlarge". */
  readonly instanceType: string;
  /** Cores. */
  readonly cpu: number;
  /** A Kubernetes quantity of bytes, e.g. "16Gi". */
  readonly memory: string;
  /** Most pods on one node. */
  readonly pods: number;
}

export type FailoverProfile = "fast" | "steady";

export interface FederationConfig {
  readonly failover: {
    /** How soon a silent region counts as lost: "fast" in under ten seconds, "steady" in about forty. */
    readonly profile: FailoverProfile;
    /** Objects moved away from a lost region in a second; absent: the profile's own figure. */
    readonly evictionsPerSecond?: number;
  };
}

export interface DeliveryConfig {
  /** What Argo CD follows: "." is this clone, else the URL of a git repository. */
  readonly repository: string;
  readonly track: TrackConfig;
  /** Which overlay of each app is delivered: a folder's name below `apps/<app>/overlays`. */
  readonly overlays: string;
  /** How often Argo CD asks the repository for news by itself, in seconds. Default: 60. */
  readonly pollSeconds: number;
  /** Times in which nothing new is delivered, in the order of the file. */
  readonly freezes: readonly FreezeConfig[];
  /** Groups of the sign-on, by what they may do; absent: none. */
  readonly access?: AccessConfig;
  /** How people sign on to Argo CD; absent: it is not reached from outside. */
  readonly sso?: SsoConfig;
  /** The tag that this run approves. */
  readonly release?: string;
  /** Why a freeze does not hold for this run. */
  readonly breakGlass?: string;
}

/** What one run is told beside the file. */
export type RunOptions = Pick<DeliveryConfig, "release" | "breakGlass">;

/** Each group may do what the next one may, too. */
export interface AccessConfig {
  readonly admins: readonly string[];
  readonly operators: readonly string[];
  readonly developers: readonly string[];
}

/** OpenID Connect with PKCE. */
export interface SsoConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
}

/** Which commits are delivered. */
export type TrackConfig = BranchTrack | TagsTrack;

/** Every commit of a branch. */
export interface BranchTrack {
  readonly kind: "branch";
  /** Branch, tag, commit or HEAD. */
  readonly branch: string;
}

/** The highest semantic version of a range; never a pre-release. */
export interface TagsTrack {
  readonly kind: "tags";
  /** A range that Argo CD and the `semver` library read alike. */
  readonly tags: string;
  /** none: Argo CD tracks the range by itself; required: the tag that a run of `up` has approved, and no other. */
  readonly approval: "none" | "required";
  /** Environment in which a commit comes first; absent: none. */
  readonly after?: string;
}

/** From a moment on, until another; both in UTC. */
export interface FreezeConfig {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export interface TrafficConfig {
  /** Apps are reached at `<app>.<domain>`. Without a trailing dot. */
  readonly domain: string;
  /** How long a client may keep an answer. */
  readonly ttlSeconds: number;
}

/** One mistake in a configuration. Never holds a secret: what looks like one is masked before it gets here. */
export interface Diagnostic {
  /** Where, as in the file below `config:`, e.g. "meridian:regions[1].cidr". */
  readonly path: string;
  /** What was found, printed; "(missing)" where nothing was. */
  readonly value: string;
  /** What is accepted there. */
  readonly expected: string;
  /** What to do about it, as an instruction. */
  readonly remedy: string;
  /** Line in the file, from 1, where known. */
  readonly line?: number;
}

export type ParseResult =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
