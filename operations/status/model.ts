import type { Difference } from "../../infra/plan/inventoryDifferences";
import type { ComponentStatus } from "./components";
import type { ContainerStatuses, PodEvent } from "./kubeletReports";
import type { FailbackStatus, ObservedFailback } from "./failbackModel";
import type { RefusedObject } from "./refusals";
import type { BindingObject } from "../../infra/components/federation/failbackState";
import type { GateStatus } from "../../infra/components/rollouts/gateStatus";

/** Output of `meridian status --json`. Fields are only ever added. */
export interface Status {
  readonly environment: string;
  /** Everything below is ready. */
  readonly ready: boolean;
  readonly regions: readonly RegionStatus[];
  readonly federation: {
    readonly ready: boolean;
    readonly members: readonly { readonly name: string; readonly ready: boolean }[];
  };
  /** The revision that the environment tracks; absent while the hub does not answer. */
  readonly delivery?: DeliveryStatus;
  /** Argo CD's own UI; absent while it does not answer. It is not part of delivery. */
  readonly argocd?: ArgocdUiStatus;
  readonly apps: readonly AppStatus[];
  /** Regions without any of the replicas that their weights ask for, as after their return: `meridian rebalance` is due. */
  readonly rebalance: readonly string[];
  /** How replicas return to these regions. */
  readonly failback: FailbackStatus;
  /** Components that report a state, in the order of the registry. */
  readonly components: readonly ComponentStatus[];
  /** Why apps' folders do not become Applications; empty if they do. */
  readonly reasons: readonly Reason[];
  /** Differences between the machine and the plan: processes, files, certificates, ports, names, members. */
  readonly differences: readonly Difference[];
}

export interface ArgocdUiStatus {
  readonly url: string;
  /** Whether it has pages for a browser; otherwise it has only the API. */
  readonly pages: boolean;
}

/** The delivered revision, as recorded for Argo CD. */
export interface DeliveryStatus {
  readonly repository: string;
  readonly track: "branch" | "tags";
  /** The branch; with tags the range, or the commit of the approved release. */
  readonly revision: string;
  /** The approved tag, empty before the first; absent if no approval is required. */
  readonly release?: string;
}

export interface RegionStatus {
  readonly name: string;
  /** False: it is in the configuration only, which a `preview` has read; `up` creates it. */
  readonly created: boolean;
  /** Its API server answers and all its planned nodes are ready. */
  readonly ready: boolean;
  /** Kubernetes version; absent while it does not answer. */
  readonly version?: string;
  readonly server: string;
  readonly zones: readonly { readonly name: string; readonly nodes: number }[];
  /** The entry point of requests to the region. */
  readonly edge: {
    /** Base URL of its gateway. */
    readonly url: string;
    /** Its health check succeeds, so it can receive traffic. */
    readonly healthy: boolean;
    /** Share of its traffic that the region serves, 0 to 100. */
    readonly weight: number;
  };
}

export interface AppStatus {
  readonly name: string;
  /** Argo CD's sync status: Synced, OutOfSync, Unknown. */
  readonly sync: string;
  /** Argo CD's health status: Healthy, Progressing, Degraded, Suspended, Missing, Unknown. */
  readonly health: string;
  /** The delivered commit. */
  readonly revision: string;
  /** Argo CD's first condition, or the message of its failed operation; `reasons` has every cause with its object. */
  readonly message?: string;
  /** Why the app is not in order, one for each cause; empty if nothing is reported. */
  readonly reasons: readonly Reason[];
  /** Objects that differ from git, while the app is OutOfSync. */
  readonly drift: readonly Drift[];
  /** Its folder is gone from the delivered revision; it runs until the user removes it. */
  readonly removed: boolean;
  /**
   * own: its name has a record, with checks of this app. wildcard: its name follows the health of regions only, until the next `up`.
   * own if that is not known.
   */
  readonly dnsRecord: "own" | "wildcard";
  /** It is being deleted. */
  readonly removing: boolean;
  /** Git no longer has one of its objects, which is deleted only after the user confirms. */
  readonly awaitsConfirmation: boolean;
  readonly replicas: {
    readonly desired: number;
    readonly ready: number;
    /** Whether the federation has divided the replicas as last requested. */
    readonly divided: boolean;
    /** The federation's own reason if not; absent if it reports none. */
    readonly undivided?: string;
    readonly byRegion: Readonly<Record<string, RegionReplicas>>;
  };
  /** Image tags: those that the delivered commit asks for, and those that run. */
  readonly versions: AppVersions;
  /** By region: the gate status of a rollout. Absent if no gate has reported. */
  readonly rollouts: Readonly<Record<string, GateStatus>>;
}

export interface AppVersions {
  /** Of the app's Deployments and Rollouts, sorted. */
  readonly wanted: readonly string[];
  /** By region: of its ready pods, sorted. */
  readonly byRegion: Readonly<Record<string, readonly string[]>>;
}

/** A cause, in the words of the server that reports it. */
export interface Reason {
  /** Kind and name; absent if the whole app is concerned. */
  readonly object?: string;
  /** Regions that report it; absent if the hub or the federation does. */
  readonly regions?: readonly string[];
  readonly message: string;
  /** A server refused an object: the app is not ready, whatever else is reported. */
  readonly refused: boolean;
  /** No retry can succeed before somebody changes something. */
  readonly final: boolean;
  /** What helps; absent if that is not known. */
  readonly remedy?: string;
}

export interface Drift {
  readonly kind: string;
  readonly name: string;
  /** changed: it differs; missing: it is only in git; extra: git no longer has it. */
  readonly how: "changed" | "missing" | "extra";
}

export interface RegionReplicas {
  readonly ready: number;
  /** The region's share of the divided replicas; absent while unknown. */
  readonly desired?: number;
  /** Ready replicas by zone. */
  readonly byZone: Readonly<Record<string, number>>;
}

/** The parts of Kubernetes' responses from which a status is derived. */
export interface Observed {
  /** By region; undefined if the region does not answer. */
  readonly regions: Readonly<Record<string, ObservedRegion | undefined>>;
  /** Regions of the configuration that no `up` has created yet. Default: none. */
  readonly uncreated?: readonly string[];
  readonly members: readonly { readonly name: string; readonly ready: boolean }[] | undefined;
  /** Input of the failback decision; absent: the federation did not answer. */
  readonly failback?: ObservedFailback | undefined;
  readonly applications: readonly Application[] | undefined;
  readonly applicationSets?: readonly ApplicationSet[] | undefined;
  /** The revision that the program has recorded for Argo CD. */
  readonly delivery?: DeliveryStatus | undefined;
  readonly argocd?: ArgocdUiStatus | undefined;
  /** The federation's Deployments and Rollouts of apps. */
  readonly workloads: readonly Workload[];
  /** How the federation has divided them; undefined: it did not answer. */
  readonly bindings?: readonly Binding[] | undefined;
  /** Objects that regions refuse; undefined: the federation did not answer. */
  readonly refusals?: readonly RefusedObject[] | undefined;
  readonly differences?: readonly Difference[];
  /** Default: no component reports a state. */
  readonly components?: readonly ComponentStatus[];
  /** Apps that have a DNS record of their own; absent if that is not known. */
  readonly names?: readonly string[] | undefined;
  /** The state of the edges. */
  readonly edges: readonly {
    readonly region: string;
    readonly url: string;
    readonly healthy: boolean;
    readonly weight: number;
  }[];
}

export interface ObservedRegion {
  readonly version: string;
  readonly nodes: readonly KubeNode[];
  readonly pods: readonly Pod[];
  readonly rollouts: readonly Workload[];
  readonly replicaSets?: readonly ReplicaSet[];
  /** Failures to mount a volume. Only events of pods that wait for their containers count. */
  readonly mountFailures?: readonly PodEvent[];
}

interface Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

interface Conditions {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
  }[];
}

export interface KubeNode extends Named {
  readonly status?: Conditions;
}

export interface Pod extends Named {
  readonly spec?: { readonly nodeName?: string; readonly containers?: readonly Container[] };
  readonly status?: Conditions & ContainerStatuses;
}

export interface Workload extends Named {
  /** Absent in a region's list. */
  readonly kind?: string;
  readonly spec: {
    readonly replicas?: number;
    readonly template?: { readonly spec?: { readonly containers?: readonly Container[] } };
  };
  readonly status?: Conditions;
}

export interface Container {
  readonly image?: string;
}

export interface ReplicaSet extends Named {
  readonly status?: Conditions;
}

export interface ApplicationSet extends Named {
  readonly status?: Conditions;
}

/** Placement of an object's replicas by the federation. */
export interface Binding extends BindingObject {
  readonly status?: BindingObject["status"] & Conditions;
}

export interface Application extends Named {
  readonly spec?: { readonly syncPolicy?: { readonly syncOptions?: readonly string[] } };
  readonly status?: {
    readonly sync?: { readonly status?: string; readonly revision?: string };
    readonly health?: { readonly status?: string };
    readonly reconciledAt?: string;
    readonly conditions?: readonly { readonly type?: string; readonly message?: string }[];
    readonly operationState?: {
      readonly phase?: string;
      readonly message?: string;
      readonly startedAt?: string;
      readonly syncResult?: {
        readonly revision?: string;
        readonly resources?: readonly SyncResult[];
      };
    };
    readonly resources?: readonly ApplicationResource[];
  };
}

/** One object of an app, from the Application's status in Argo CD. */
export interface ApplicationResource {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly status?: string;
  readonly health?: { readonly status?: string };
  readonly requiresPruning?: boolean;
  readonly requiresDeletionConfirmation?: boolean;
}

/** Result of a sync for one object. */
export interface SyncResult {
  readonly kind: string;
  readonly name: string;
  /** Synced, SyncFailed, Pruned, PruneSkipped. */
  readonly status?: string;
  readonly hookPhase?: string;
  readonly message?: string;
}

/** True if a condition has the status True. */
export function holds(object: { readonly status?: Conditions }, type: string): boolean {
  return (
    object.status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false
  );
}
