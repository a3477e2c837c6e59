import type { FailbackDecision } from "../../infra/components/federation/failback";
import type { RebalancerObject } from "../../infra/components/federation/failbackState";
import type { ClusterObject } from "../../infra/components/federation/members";

/** What failback will do, and when. */
export type FailbackStatus =
  /** Nothing, until a person runs `meridian rebalance`. */
  { readonly mode: "manual" } | AutomaticFailbackStatus;

/** The decision that the failback service makes at this moment; without regions nothing is due. */
export interface AutomaticFailbackStatus extends FailbackDecision {
  readonly mode: "automatic";
}

/** Karmada's objects from which the decision is derived, besides the bindings. */
export interface ObservedFailback {
  readonly clusters: readonly ClusterObject[];
  readonly rebalancers: readonly RebalancerObject[];
  /** Milliseconds since 1970. */
  readonly now: number;
}
