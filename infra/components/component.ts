import type { Section } from "../config/section";
import type { SocketRule } from "../plan/socketRule";
import type { PlatformPlan } from "../plan/types";
import type { ToolName } from "../../toolchain/types";

/**
 * A part of the platform. The platform derives from it: ports, processes, files, access control of sockets, the effect of the loss
 * of a region, the kinds of objects that apps may use. A new component is a folder and a line in `registry.ts`.
 */
export interface Component {
  readonly name: string;
  /** Its options in `environments/*.yaml`. Default: none. */
  readonly configuration?: Section;
  /** Processes on this machine beside the clusters, in display order. */
  readonly processes?: readonly ComponentProcess[];
  /**
   * Its namespaces in clusters of any provider: no app can have their names, and Karmada may not write there in regions.
   * Default: none.
   */
  readonly namespaces?: readonly string[];
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
  /** Whether the process runs in an environment. Default: in each. */
  readonly runs?: (plan: PlatformPlan) => boolean;
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
