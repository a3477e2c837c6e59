import type { Eviction } from "./evictions";
import type { FailbackMember, FailbackWorkload, WorkloadReference } from "./failback";
import { restingPhases } from "../rollouts/object";
import { type ClusterObject, isReady, isTainted, returnedAt } from "./members";
import { type PlacementObject, placementWeights } from "./placement";

/** Derives the input of `decideFailback` from Karmada's objects. Pure. */

/** The fields of Karmada's ResourceBinding that the decision uses. */
export interface BindingObject {
  readonly metadata: { readonly generation?: number; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly resource: {
      readonly apiVersion?: string;
      readonly kind?: string;
      readonly namespace?: string;
      readonly name: string;
    };
    readonly replicas?: number;
    readonly clusters?: readonly { readonly name: string; readonly replicas?: number }[];
    readonly placement?: PlacementObject;
    readonly gracefulEvictionTasks?: readonly Eviction[];
    readonly rescheduleTriggeredAt?: string;
  };
  readonly status?: {
    readonly schedulerObservedGeneration?: number;
    readonly lastScheduledTime?: string;
    readonly aggregatedStatus?: readonly RegionReport[];
  };
}

/** State of a workload in one region, as the region reports it to Karmada. */
interface RegionReport {
  readonly clusterName: string;
  readonly applied?: boolean;
  readonly health?: string;
  /** Of a Rollout, as the interpreter reflects it. */
  readonly status?: { readonly phase?: string; readonly gatePhase?: string };
}

/** The fields of Karmada's WorkloadRebalancer that the decision uses. */
export interface RebalancerObject {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
  readonly spec?: { readonly workloads?: readonly WorkloadReference[] };
  readonly status?: { readonly finishTime?: string };
}

/** @param traffic Share of its traffic that a region serves, 0 to 100. Default: 100. */
export function readMembers(
  clusters: readonly ClusterObject[],
  traffic: Readonly<Record<string, number>>,
): FailbackMember[] {
  return clusters.map((cluster) => {
    const { name } = cluster.metadata;
    const since = returnedAt(cluster);
    return {
      name,
      available: isReady(cluster) && !isTainted(cluster) && !Number.isNaN(since),
      ...(since !== undefined && { returnedAt: since }),
      trafficPercent: traffic[name] ?? 100,
    };
  });
}

/**
 * The workloads whose replicas Karmada divides by weights: those of Meridian's policy, and of apps' own policies. A workload with another
 * placement is left out, because its shares are not known here.
 */
export function readWorkloads(
  bindings: readonly BindingObject[],
  rebalancers: readonly RebalancerObject[],
  clusters: readonly ClusterObject[],
): FailbackWorkload[] {
  const requested = requestsOf(rebalancers);
  return bindings.flatMap((binding) => {
    const weights = placementWeights(binding.spec.placement ?? {}, clusters);
    if (weights === undefined || binding.metadata.deletionTimestamp !== undefined) return [];
    return [readWorkload(binding, weights, requested)];
  });
}

function readWorkload(
  binding: BindingObject,
  weights: FailbackWorkload["weights"],
  requested: Requests,
): FailbackWorkload {
  const { resource, clusters = [], replicas = 0, rescheduleTriggeredAt } = binding.spec;
  const { apiVersion = "", kind = "", namespace, name } = resource;
  const reference = { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
  const request = requested.get(keyOf(reference));
  const times = [Date.parse(rescheduleTriggeredAt ?? ""), request?.at ?? NaN].filter(
    (time) => !Number.isNaN(time),
  );
  const unsettled = request?.open === true ? "is being rebalanced" : unsettledBy(binding);
  return {
    reference,
    replicas,
    weights,
    placed: Object.fromEntries(clusters.map((one) => [one.name, one.replicas ?? 0])),
    ...(times.length > 0 && { requestedAt: Math.max(...times) }),
    ...(unsettled !== undefined && { unsettled }),
  };
}

function keyOf({ apiVersion, kind, namespace = "", name }: WorkloadReference): string {
  return [apiVersion, kind, namespace, name].join("/");
}

type Requests = ReadonlyMap<string, { readonly at: number; readonly open: boolean }>;

/** The last request for each workload, until Karmada deletes the WorkloadRebalancer: it may not have reached the binding yet. */
function requestsOf(rebalancers: readonly RebalancerObject[]): Requests {
  const requests = new Map<string, { readonly at: number; readonly open: boolean }>();
  for (const { metadata, spec, status } of rebalancers) {
    const at = Date.parse(metadata.creationTimestamp ?? "");
    for (const workload of spec?.workloads ?? []) {
      const known = requests.get(keyOf(workload));
      const open = status?.finishTime === undefined || known?.open === true;
      requests.set(keyOf(workload), { at: Math.max(at, known?.at ?? at), open });
    }
  }
  return requests;
}

/** Why a workload must not move now; undefined: all its replicas are ready where they are placed. */
function unsettledBy({ metadata, spec, status = {} }: BindingObject): string | undefined {
  const { schedulerObservedGeneration: seen, lastScheduledTime = "" } = status;
  const asked = Date.parse(spec.rescheduleTriggeredAt ?? "");
  const stale = metadata.generation !== undefined && seen !== metadata.generation;
  if (stale || asked > Date.parse(lastScheduledTime)) return "is not scheduled yet";
  const [eviction] = spec.gracefulEvictionTasks ?? [];
  if (eviction !== undefined) return `is being evicted from ${eviction.fromCluster}`;
  const reports = new Map(status.aggregatedStatus?.map((one) => [one.clusterName, one]));
  for (const { name, replicas = 0 } of spec.clusters ?? []) {
    const report = reports.get(name);
    if (replicas > 0 && report?.health !== "Healthy") return `is not ready in ${name}`;
    if (report !== undefined && isRollingOut(report)) return `is being rolled out in ${name}`;
  }
  return undefined;
}

/**
 * A rollout that rests may move, because its flag may hold it for days: the gate starts it in a returned region with the stable
 * version.
 */
function isRollingOut({ status: { phase, gatePhase = "" } = {} }: RegionReport): boolean {
  return phase === "Progressing" && !(restingPhases as readonly string[]).includes(gatePhase);
}
