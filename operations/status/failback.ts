import { decideFailback } from "../../infra/components/federation/failback";
import { readMembers, readWorkloads } from "../../infra/components/federation/failbackState";
import type { PlatformPlan } from "../../infra/plan/types";
import type { FailbackStatus } from "./failbackModel";
import type { Observed } from "./model";

const nothingDue = { move: [], moving: [], held: [], queued: 0, regions: [] };

/** What failback will do: the decision that the failback service makes from the same objects. Pure. */
export function failbackStatus(
  { federation: { failback } }: PlatformPlan,
  { failback: observed, bindings, edges }: Observed,
): FailbackStatus {
  const { mode } = failback;
  if (mode === "manual") return { mode };
  if (observed === undefined || bindings === undefined) return { mode, ...nothingDue };
  const traffic = Object.fromEntries(edges.map(({ region, weight }) => [region, weight]));
  const state = {
    members: readMembers(observed.clusters, traffic),
    workloads: readWorkloads(bindings, observed.rebalancers, observed.clusters),
    now: observed.now,
  };
  return { mode, ...decideFailback(state, failback) };
}
