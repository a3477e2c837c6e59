import assert from "node:assert/strict";
import type { AliasRecord, Route53Plan } from "../../infra/components/dns/route53";
import { nearestFirst } from "../../infra/components/dns";

/** Circumstances of a question to Route 53. */
export interface Route53Question {
  readonly name: string;
  /** Region that the client is beside. */
  readonly location: string;
  /** Keys of the health checks that pass. */
  readonly passing: ReadonlySet<string>;
  /** Regions whose load balancer has a healthy target. */
  readonly serving: ReadonlySet<string>;
}

/**
 * How likely each region is to answer, as Route 53's documentation has it ("How Amazon Route 53 chooses records when
 * health checking is configured", "How health checks work in complex configurations"), written apart from the plan:
 * - an alias that evaluates its target is healthy when the load balancer is, or any record of the target's name;
 *   a check beside that has to pass as well; a record with neither is healthy;
 * - of the records of a name the unhealthy are passed over; when all are unhealthy, all count as healthy;
 * - latency takes the nearest, weighted draws in proportion, failover takes the primary first.
 */
export function route53Odds(
  { records }: Route53Plan,
  question: Route53Question,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const named = (name: string) => records.filter((record) => record.name === name);
  const healthy = (record: AliasRecord): boolean => {
    const { target, check, evaluateTargetHealth } = record;
    if (check !== undefined && !question.passing.has(check)) return false;
    if (!evaluateTargetHealth) return true;
    return target.kind === "region"
      ? question.serving.has(target.region)
      : named(target.name).some(healthy);
  };
  const step = (name: string, chance: number): void => {
    const group = named(name);
    assert.ok(group.length > 0, `nothing has the name ${name}`);
    const living = group.filter(healthy);
    for (const [record, share] of chosen(living.length > 0 ? living : group, question.location)) {
      const { target } = record;
      if (target.kind === "name") step(target.name, chance * share);
      else found.set(target.region, (found.get(target.region) ?? 0) + chance * share);
    }
  };
  step(question.name, 1);
  return found;
}

/** Records of one name that can be answered with, and the share of questions that each gets. */
function chosen(group: readonly AliasRecord[], location: string): [AliasRecord, number][] {
  const kinds = new Set(group.map(({ routing }) => routing.kind));
  assert.equal(kinds.size, 1, "the records of a name have one routing policy");
  if (kinds.has("latency")) {
    const regions = group.map(({ routing }) => (routing.kind === "latency" ? routing.region : ""));
    const [nearest] = nearestFirst(location, regions);
    return group.filter((_, i) => regions[i] === nearest).map((record) => [record, 1]);
  }
  if (kinds.has("weighted")) {
    const weights = group.map(({ routing }) => (routing.kind === "weighted" ? routing.weight : 0));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return group.map((record, i) => [record, (weights[i] ?? 0) / total]);
  }
  const first = group.find(({ routing }) => routing.kind === "simple" || isPrimary(routing));
  const [other] = group;
  const record = first ?? other;
  return record ? [[record, 1]] : [];
}

function isPrimary(routing: AliasRecord["routing"]): boolean {
  return routing.kind === "failover" && routing.role === "PRIMARY";
}
