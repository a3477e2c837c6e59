import type { Difference } from "../../infra/plan/inventoryDifferences";
import type { GateStatus } from "../../infra/components/rollouts/gateStatus";

/** What `meridian status --json` prints. Fields are only ever added. */
export interface Status {
  readonly environment: string;
  /** Everything below is ready. */
  readonly ready: boolean;
  readonly regions: readonly RegionStatus[];
  readonly federation: {
    readonly ready: boolean;
    readonly members: readonly { readonly name: string; readonly ready: boolean }[];
  };
  /** What the environment follows; absent while the hub does not answer. */
  readonly delivery?: DeliveryStatus;
  /** Argo CD's own face; absent while it does not answer. Nothing is delivered through it. */
  readonly argocd?: ArgocdUiStatus;
  readonly apps: readonly AppStatus[];
  /** In what the machine differs from the plan: processes, files, certificates, ports, names, members. */
  readonly differences: readonly Difference[];
}

export interface ArgocdUiStatus {
  readonly url: string;
  /** Whether it has pages for a browser; without, its API only. */
  readonly pages: boolean;
}

/** What is delivered, as it was written down for Argo CD. */
export interface DeliveryStatus {
  readonly repository: string;
  readonly track: "branch" | "tags";
  /** The branch; with tags the range, or the commit of the approved release. */
  readonly revision: string;
  /** The approved tag, empty before the first; absent where nothing has to be approved. */
  readonly release?: string;
}

export interface RegionStatus {
  readonly name: string;
  /** Its API server answers and all its planned nodes are ready. */
  readonly ready: boolean;
  /** Kubernetes version; absent while it does not answer. */
  readonly version?: string;
  readonly server: string;
  readonly zones: readonly { readonly name: string; readonly nodes: number }[];
  /** Where requests reach the region. */
  readonly edge: {
    /** Base URL of its gateway. */
    readonly url: string;
    /** It says that traffic may come. */
    readonly healthy: boolean;
    /** How much of its traffic it takes, 0 to 100. */
    readonly weight: number;
  };
}

export interface AppStatus {
  readonly name: string;
  /** Argo CD's word: Synced, OutOfSync, Unknown. */
  readonly sync: string;
  /** Argo CD's word: Healthy, Progressing, Degraded, Suspended, Missing, Unknown. */
  readonly health: string;
  /** Commit that is delivered. */
  readonly revision: string;
  /** Argo CD's reason when it is not in order. */
  readonly message?: string;
  /** Objects that are not as git has them, while the app is OutOfSync. */
  readonly drift: readonly Drift[];
  /** Its folder is gone from what is delivered; it runs until a person removes it. */
  readonly removed: boolean;
  /** It is being deleted. */
  readonly removing: boolean;
  /** Something in it is in git no more, and goes only when a person has confirmed it. */
  readonly awaitsConfirmation: boolean;
  readonly replicas: {
    readonly desired: number;
    readonly ready: number;
    /** Whether the federation has divided them as it was last asked to. */
    readonly divided: boolean;
    /** Why it has not, in the federation's own words; absent where it says nothing. */
    readonly undivided?: string;
    readonly byRegion: Readonly<Record<string, RegionReplicas>>;
  };
  /** By region: what its gate says of a version on its way out. Absent where no gate has said anything. */
  readonly rollouts: Readonly<Record<string, GateStatus>>;
}

export interface Drift {
  readonly kind: string;
  readonly name: string;
  /** changed: it differs; missing: it is in git only; extra: it is in git no more. */
  readonly how: "changed" | "missing" | "extra";
}

export interface RegionReplicas {
  readonly ready: number;
  /** The region's share, as the federation has divided; absent while that is not known. */
  readonly desired?: number;
  /** Ready replicas by zone. */
  readonly byZone: Readonly<Record<string, number>>;
}

/** The parts of Kubernetes' answers that a status is made of. */
export interface Observed {
  /** By region; undefined for one that does not answer. */
  readonly regions: Readonly<Record<string, ObservedRegion | undefined>>;
  readonly members: readonly { readonly name: string; readonly ready: boolean }[] | undefined;
  readonly applications: readonly Application[] | undefined;
  /** What the program has written down for Argo CD. */
  readonly delivery?: DeliveryStatus | undefined;
  readonly argocd?: ArgocdUiStatus | undefined;
  /** The federation's Deployments and Rollouts of apps. */
  readonly workloads: readonly Workload[];
  /** How the federation has divided them; undefined: it does not answer. */
  readonly bindings?: readonly Binding[] | undefined;
  readonly differences?: readonly Difference[];
  /** What the edges say. */
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
}

interface Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

interface Conditions {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

export interface KubeNode extends Named {
  readonly status?: Conditions;
}

export interface Pod extends Named {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: Conditions;
}

export interface Workload extends Named {
  readonly spec: { readonly replicas?: number };
}

/** Where the federation has put the replicas of an object. */
export interface Binding {
  readonly metadata: { readonly generation?: number };
  readonly spec: {
    readonly resource: { readonly name: string; readonly namespace?: string };
    readonly clusters?: readonly { readonly name: string; readonly replicas?: number }[];
    readonly rescheduleTriggeredAt?: string;
  };
  readonly status?: {
    readonly schedulerObservedGeneration?: number;
    readonly lastScheduledTime?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
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
    };
    readonly resources?: readonly ApplicationResource[];
  };
}

/** One object of an app, as Argo CD has it in the Application's status. */
export interface ApplicationResource {
  readonly kind: string;
  readonly name: string;
  readonly status?: string;
  readonly health?: { readonly status?: string };
  readonly requiresPruning?: boolean;
  readonly requiresDeletionConfirmation?: boolean;
}

/** True when a condition holds. */
export function holds(object: { readonly status?: Conditions }, type: string): boolean {
  return (
    object.status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false
  );
}
