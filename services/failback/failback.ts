import {
  decideFailback,
  type FailbackDecision,
  type FailbackMember,
} from "../../infra/components/federation/failback";
import {
  type BindingObject,
  readMembers,
  readWorkloads,
  type RebalancerObject,
} from "../../infra/components/federation/failbackState";
import { describeFailback } from "../../infra/components/federation/failbackText";
import { dividedBindings } from "../../infra/components/federation/handlers/dividedBindings";
import { requestRebalance } from "../../infra/components/federation/handlers/rebalancer";
import { karmadaPaths } from "../../infra/components/federation/karmadaApi";
import type { ClusterObject } from "../../infra/components/federation/members";
import type { KubeClient } from "../../infra/kube/client";
import type { FailbackServiceConfig } from "./config";

interface List<T> {
  readonly items: readonly T[];
}

export interface FailbackParts {
  readonly client: KubeClient;
  readonly policy: Pick<FailbackServiceConfig, "steadySeconds" | "maxConcurrent">;
  /** Share of its traffic that each region serves, 0 to 100. Default: 100. */
  readonly traffic: () => Readonly<Record<string, number>>;
  readonly log: (line: string) => void;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
}

/**
 * Reads Karmada's state, decides, and requests the rebalances that are decided. All that a decision needs is in Karmada: what this
 * object remembers only saves reads and repeated log lines.
 */
export class Failback {
  /** Returned regions to which every replica has returned. Their bindings need not be read again. */
  private complete = "";
  private logged = "";

  constructor(private readonly parts: FailbackParts) {}

  /**
   * One pass.
   * @returns the decision; undefined: no region is back for long enough, or none lacks replicas.
   * @throws if Karmada does not answer, or does not begin a requested rebalance within a minute.
   */
  async pass(): Promise<FailbackDecision | undefined> {
    const { client, policy, traffic, now = Date.now } = this.parts;
    const clusters = await client.get<List<ClusterObject>>(karmadaPaths.clusters);
    const members = readMembers(clusters.items, traffic());
    const returned = members.filter(isBack);
    const key = returned.map(({ name, returnedAt }) => `${name}@${returnedAt}`).join(" ");
    const steady = returned.filter(isSteady(now(), policy.steadySeconds));
    if (steady.length === 0 || key === this.complete) {
      if (steady.length === 0) this.complete = "";
      return undefined;
    }
    const [bindings, rebalancers] = await Promise.all([
      dividedBindings<BindingObject>((path) => client.find(path)),
      client.get<List<RebalancerObject>>(karmadaPaths.rebalancers),
    ]);
    const workloads = readWorkloads(bindings ?? [], rebalancers.items, clusters.items);
    const decision = decideFailback({ members, workloads, now: now() }, policy);
    this.report(decision);
    if (decision.regions.length === 0 && steady.length === returned.length) this.complete = key;
    await this.move(decision, bindings ?? []);
    return decision;
  }

  private async move(
    { move }: FailbackDecision,
    bindings: readonly BindingObject[],
  ): Promise<void> {
    const scheduled = bindings.map(({ status }) => status?.lastScheduledTime);
    await requestRebalance(this.parts.client, "failback", move, scheduled);
  }

  /** Logs a decision unless it is the previous one: only the remaining seconds differ from pass to pass. */
  private report(decision: FailbackDecision): void {
    const lines = describeFailback(decision);
    const told = lines.join("\n").replace(/\d+ s\b/g, "");
    if (told === this.logged) return;
    this.logged = told;
    lines.forEach((line) => this.parts.log(line));
  }
}

function isBack({ available, returnedAt }: FailbackMember): boolean {
  return available && returnedAt !== undefined;
}

function isSteady(now: number, seconds: number) {
  return ({ returnedAt = now }: FailbackMember) => now - returnedAt >= seconds * 1000;
}
