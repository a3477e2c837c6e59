import type { SocketRule } from "../plan/socketRule";
import type { PlatformPlan } from "../plan/types";
import type { ToolName } from "../../toolchain/types";

/**
 * A part of the platform that a person would name. What it says here, the platform derives the rest from: ports, processes, files,
 * guards of sockets, the loss of a region, the kinds of objects that apps may use. A new one is a folder and a line in `registry.ts`.
 */
export interface Component {
  readonly name: string;
  /** Processes on this machine, beside the clusters. Order: as they are listed. */
  readonly processes: readonly ComponentProcess[];
  /** Kinds of objects that apps may use. Default: none. */
  readonly appKinds?: readonly AppKind[];
  /** Tools of the cache that hold the CustomResourceDefinitions of `appKinds`. Default: none. */
  readonly kindBundles?: readonly ToolName[];
}

/** A process under the supervisor. */
export interface ComponentProcess {
  /** hub: one of it; region: one beside each region's cluster, which is lost with the region. */
  readonly place: "hub" | "region";
  /** Its name at the supervisor, by region where it is one of several. */
  readonly name: (region: string) => string;
  /** Everything that it listens on. The name of a TCP or UDP port is its key among the instance's ports, `*` for the region. */
  readonly sockets: readonly SocketRule[];
  /** Cluster whose authority a file of it holds or is issued by; of a connection within a JSON file with its field. Default: none. */
  readonly authorities?: Readonly<Record<string, AuthorityCluster>>;
  /** Whether an environment has it. Default: each has. */
  readonly runs?: (plan: PlatformPlan) => boolean;
}

/** own: the cluster of the region that the process is beside. */
export type AuthorityCluster = "hub" | "federation" | "own";

/** A kind of object that an app may consist of. */
export interface AppKind {
  /** Empty for Kubernetes' core. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As in the API's paths. */
  readonly plural: string;
  /**
   * divided: replicas are divided over the regions; copied: each region has the same; federation: it stays at Karmada;
   * namespace: Karmada makes namespaces by itself.
   */
  readonly propagation: "divided" | "copied" | "federation" | "namespace";
  /** Karmada may write it in regions, but Argo CD's project lets no app have it. Default: false. */
  readonly withheld?: boolean;
}
