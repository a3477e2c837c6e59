import type { AutomaticFailback } from "../../config/types";
import { settleSeconds } from "./members";

/**
 * Automatic failback: which workloads return now to regions that were lost and are back, and why the others wait. A pure function of
 * Karmada's objects and the clock. It remembers nothing, so a restart of the service changes no decision.
 */

export interface FailbackMember {
  readonly name: string;
  /** Karmada's scheduler may place replicas there: it is ready and has no taint. */
  readonly available: boolean;
  /** Since when it has been ready again, milliseconds since 1970; absent: it was never lost. */
  readonly returnedAt?: number;
  /** Share of its traffic that it serves, 0 to 100: less than 100 while a person drains it. */
  readonly trafficPercent: number;
}

/** A workload as a WorkloadRebalancer names it. */
export interface WorkloadReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface FailbackWorkload {
  readonly reference: WorkloadReference;
  readonly replicas: number;
  /** Weights by which Karmada divides its replicas, by member; a member without a share is absent. */
  readonly weights: Readonly<Record<string, number>>;
  /** Replicas by member. */
  readonly placed: Readonly<Record<string, number>>;
  /** Last request to divide all its replicas again, milliseconds since 1970; absent: none. */
  readonly requestedAt?: number;
  /** Why it must not move now, e.g. "is not ready in eu-west-1"; absent: all its replicas are ready where they are placed. */
  readonly unsettled?: string;
}

export interface FailbackState {
  readonly members: readonly FailbackMember[];
  readonly workloads: readonly FailbackWorkload[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface FailbackDecision {
  /** Workloads to rebalance now, at most as many as may still move at a time. */
  readonly move: readonly WorkloadReference[];
  /** Workloads that have been moved and are not ready yet. They count towards the maximum. */
  readonly moving: readonly Waiting[];
  /** Workloads that cannot move yet for a reason of their own. They do not delay the others. */
  readonly held: readonly Waiting[];
  /** Number of workloads that wait only for others to be ready. */
  readonly queued: number;
  /** Regions that lack replicas, in the order of the members. Empty: nothing is due. */
  readonly regions: readonly RegionDue[];
}

export interface Waiting {
  /** "storefront/storefront": namespace and name. */
  readonly workload: string;
  /** Continues a sentence about the workload, e.g. "is not ready in eu-west-1". */
  readonly reason: string;
}

export interface RegionDue {
  readonly name: string;
  /** Number of workloads that lack replicas there. */
  readonly workloads: number;
  /** Seconds until it has been ready for long enough; absent: it has. */
  readonly steadyInSeconds?: number;
  /** Share of its traffic, in percent, if it is drained: no replicas return until a person restores its traffic. */
  readonly drainedToPercent?: number;
}

/** A workload and the returned members that lack its replicas. */
interface Lack {
  readonly workload: FailbackWorkload;
  readonly members: readonly Returned[];
}

type Returned = FailbackMember & { readonly returnedAt: number };

/**
 * Time after a member's return from which on a request counts as made with it, in milliseconds. Before that the request may have
 * preceded the removal of the member's taint.
 */
const countsAfterMs = (settleSeconds / 2) * 1000;

/** Decides the next moves. Pure. */
export function decideFailback(
  { members, workloads, now }: FailbackState,
  { steadySeconds, maxConcurrent }: Pick<AutomaticFailback, "steadySeconds" | "maxConcurrent">,
): FailbackDecision {
  const available = members.filter((member) => member.available);
  const lacks = workloads
    .map((workload) => ({ workload, members: lackingMembers(workload, available) }))
    .filter(({ members: lacking }) => lacking.length > 0);
  const due = available
    .filter(isReturned)
    .map((member) => regionDue(member, lacks, (now - member.returnedAt) / 1000, steadySeconds))
    .filter((region) => region.workloads > 0);
  const waiting = new Set(due.filter(isClosed).map(({ name }) => name));
  // Karmada divides over every available region: one region that must wait makes the workload wait.
  const open = lacks.filter((lack) => !lack.members.some(({ name }) => waiting.has(name)));
  const moving = workloads.filter((workload) => isMoving(workload, lacks));
  const held = open.flatMap(({ workload }) => {
    const reason = reasonToHold(workload, available);
    return reason === undefined ? [] : [{ workload: nameOf(workload), reason }];
  });
  const candidates = open
    .map(({ workload }) => workload)
    .filter((workload) => reasonToHold(workload, available) === undefined)
    .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const move = candidates.slice(0, Math.max(0, maxConcurrent - moving.length));
  return {
    move: move.map(({ reference }) => reference),
    moving: moving.map((one) => ({ workload: nameOf(one), reason: one.unsettled ?? "" })),
    held,
    queued: candidates.length - move.length,
    regions: due,
  };
}

/** "storefront/storefront": namespace and name. */
export function referenceName({ namespace, name }: WorkloadReference): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function nameOf({ reference }: FailbackWorkload): string {
  return referenceName(reference);
}

/**
 * The returned members that have none of a workload's replicas although its division is uneven without them. Karmada may choose which
 * member gets a remaining replica, and its choice stands: a workload that it has divided since the return lacks nothing.
 */
function lackingMembers(
  { replicas, weights, placed, requestedAt = -Infinity }: FailbackWorkload,
  available: readonly FailbackMember[],
): Returned[] {
  const candidates = available.filter(({ name }) => (weights[name] ?? 0) > 0);
  const total = candidates.reduce((sum, { name }) => sum + (weights[name] ?? 0), 0);
  const quotaOf = ({ name }: FailbackMember) => (replicas * (weights[name] ?? 0)) / total;
  const countOf = ({ name }: FailbackMember) => placed[name] ?? 0;
  const uneven = candidates.some((member) => {
    const quota = quotaOf(member);
    return countOf(member) < Math.floor(quota) || countOf(member) > Math.ceil(quota);
  });
  if (!uneven) return [];
  return candidates
    .filter(isReturned)
    .filter((member) => countOf(member) === 0 && requestedAt <= member.returnedAt + countsAfterMs);
}

function isReturned(member: FailbackMember): member is Returned {
  return member.returnedAt !== undefined;
}

function regionDue(
  member: Returned,
  lacks: readonly Lack[],
  steadyForSeconds: number,
  steadySeconds: number,
): RegionDue {
  const { name, trafficPercent } = member;
  const left = Math.ceil(steadySeconds - steadyForSeconds);
  return {
    name,
    workloads: lacks.filter(({ members }) => members.includes(member)).length,
    ...(left > 0 && { steadyInSeconds: left }),
    ...(trafficPercent < 100 && { drainedToPercent: trafficPercent }),
  };
}

/** Whether a region must not get replicas yet. */
function isClosed({ steadyInSeconds, drainedToPercent }: RegionDue): boolean {
  return steadyInSeconds !== undefined || drainedToPercent !== undefined;
}

/** Whether a workload was rebalanced since a region that still lacks replicas has returned, and is not ready yet. */
function isMoving({ requestedAt, unsettled }: FailbackWorkload, lacks: readonly Lack[]): boolean {
  if (requestedAt === undefined || unsettled === undefined) return false;
  return lacks.some(({ members }) =>
    members.some(({ returnedAt }) => requestedAt > returnedAt + countsAfterMs),
  );
}

function reasonToHold(
  { placed, unsettled }: FailbackWorkload,
  available: readonly FailbackMember[],
): string | undefined {
  const names = available.map(({ name }) => name);
  const elsewhere = Object.keys(placed).find(
    (name) => (placed[name] ?? 0) > 0 && !names.includes(name),
  );
  // Karmada is about to evict it from there: a request now would only be repeated.
  if (elsewhere !== undefined) return `has replicas in ${elsewhere}, which is not available`;
  return unsettled;
}
