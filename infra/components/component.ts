import type { Section } from "../config/section";
import type { SocketRule } from "../plan/socketRule";
import type { Labels, PlatformPlan } from "../plan/types";
import type { CostItem } from "./cost";
import type { Listener } from "./flow";
import type { AwsEnvironment, Environment, Provider } from "../config/types";
import type { ToolName } from "../../toolchain/types";

/**
 * A part of the platform. The platform derives from it: configuration, tools, ports, processes, files, access control of sockets,
 * the effect of the loss of a region, the kinds of objects that apps may use. A new component is a folder and a line in
 * `registry.ts`.
 */
export interface Component {
  readonly name: string;
  /** Its options in `environments/*.yaml`. Default: none. */
  readonly configuration?: Section;
  /** Whether an environment uses it. Its namespaces and kinds are reserved anyway. Default: each environment. */
  readonly isUsed?: (environment: Environment) => boolean;
  /** Tools that it needs in the tool cache, by provider; on local in addition to `kindBundles`. Default: none. */
  readonly tools?: Readonly<Partial<Record<Provider, readonly ToolName[]>>>;
  /** Processes on this machine beside the clusters, in display order. */
  readonly processes?: readonly ComponentProcess[];
  /**
   * Reads its state, for `meridian status` and the wait of `up`. A rejection is reported for this component only, and counts as not
   * ready. Default: nothing to report.
   */
  readonly status?: (read: StatusReader, plan: PlatformPlan) => Promise<readonly StatusRow[]>;
  /** Its AWS resources at rest, for the estimate of an environment that uses it. Default: none that costs anything. */
  readonly cost?: (plan: PlatformPlan, environment: AwsEnvironment) => readonly CostItem[];
  /**
   * Its namespaces in clusters of any provider: no app can have their names, and Karmada may not write there in regions.
   * Default: none.
   */
  readonly namespaces?: readonly string[];
  /** Names of the ConfigMaps and Secrets that it creates in the namespaces of apps: no app can contain one. Default: none. */
  readonly objectsInApps?: readonly string[];
  /** Its pods with restricted traffic, and the permitted flows: their NetworkPolicies are derived from it. Default: none. */
  readonly listeners?: readonly Listener[];
  /** Labels of its pods that call apps, at their port `http`. Default: none does. */
  readonly callsApps?: Labels;
  /** Kinds of objects that apps may use. Default: none. */
  readonly appKinds?: readonly AppKind[];
  /** Tools in the tool cache that contain the CustomResourceDefinitions of `appKinds`. Default: none. */
  readonly kindBundles?: readonly ToolName[];
}

/** A process under the supervisor. */
export interface ComponentProcess {
  /** hub: one instance; region: one instance beside each region's cluster, which is lost with the region. */
  readonly place: "hub" | "region";
  /** Its name at the supervisor. It depends on the region if there is one instance per region. */
  readonly name: (region: string) => string;
  /** All sockets that it listens on. The name of a TCP or UDP port is its key in the instance's ports; `*` is the region. */
  readonly sockets: readonly SocketRule[];
  /** By file (for a connection in a JSON file: with its field), the cluster whose CA it contains or is issued by. Default: none. */
  readonly authorities?: Readonly<Record<string, AuthorityCluster>>;
  /** Whether an instance of the process runs. @param region that it runs beside. Default: in each environment and region. */
  readonly runs?: (plan: PlatformPlan, region: string) => boolean;
  /**
   * Its command and files. A process that needs a certificate, an account or a kubeconfig is started by a resource of the
   * component instead. Default: such a resource.
   */
  readonly start?: (place: ProcessPlace) => ProcessStart;
}

/** The place of one instance of a process. */
export interface ProcessPlace {
  readonly plan: PlatformPlan;
  /** The region that it runs beside; for a process of the hub the hub's. */
  readonly region: string;
  /** Absolute path of the folder of its files. It may store data there. */
  readonly folder: string;
  /** Number of a port. @param name as in `sockets`. */
  readonly port: (name: string) => number;
  /** Absolute path of a tool of `tools`. */
  readonly tool: (name: ToolName) => string;
}

export interface ProcessStart {
  /**
   * Command and arguments, with absolute paths and without a shell. One argument is a path in the folder: by it, drills and tests
   * find the process.
   */
  readonly command: readonly string[];
  /** Environment variables. Default: none. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Content by path relative to the folder. A change restarts the process. Default: none. */
  readonly files?: Readonly<Record<string, string>>;
  /** URL that responds with 200 when it is ready. Default: a running process counts as ready. */
  readonly readyUrl?: string;
}

/** Requests with a short timeout, as a whole status takes at most two seconds. @throws if there is no successful answer. */
export interface StatusReader {
  /** GET from an API server. @param cluster its name in the plan. */
  readonly kube: <T>(cluster: string, path: string) => Promise<T>;
  /** GET from a port of this machine. @param port its name, with the region in place of `*`. @returns the body. */
  readonly http: (port: string, path: string) => Promise<string>;
}

/** State of one part of a component: one row of a table. */
export interface StatusRow {
  /** Name of the part, e.g. the region. */
  readonly name: string;
  readonly ready: boolean;
  /** Further columns by title, the same in each row. Default: none. */
  readonly values?: Readonly<Record<string, string | number>>;
}

/** own: the cluster of the region that the process is beside. */
export type AuthorityCluster = "hub" | "federation" | "own";

/** A kind of object that an app may use. */
export interface AppKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As in API paths. */
  readonly plural: string;
  /**
   * divided: replicas are divided among the regions; copied: each region has the same object; federation: it exists in Karmada only;
   * namespace: Karmada propagates namespaces automatically.
   */
  readonly propagation: "divided" | "copied" | "federation" | "namespace";
  /** Karmada may write it in regions, but Argo CD's project does not allow it in apps. Default: false. */
  readonly withheld?: boolean;
}
