import * as fs from "node:fs";
import * as path from "node:path";
import { lossNoticeSeconds } from "../infra/components/federation/evictions";
import { rebalance } from "../infra/components/federation/handlers/membership";
import { planPlatform } from "../infra/plan";
import { federationClusterName } from "../infra/plan/names";
import { CommandError } from "../operations/errors";
import { pluralize } from "../operations/format";
import { addToDocument } from "./documents/output";
import type { RebalanceFields } from "./documents/regionSchemas";
import { localInstance } from "./localOnly";
import { Stage } from "./progress";

/**
 * Makes Karmada rebalance the replicas of every app: the controlled return of a lost region.
 * @throws CommandError if a region does not return in time.
 */
export async function rebalanceReplicas(environment: string): Promise<number> {
  const { instance, configuration } = localInstance("rebalance", environment);
  const file = path.join(instance.filesDir, `${federationClusterName}.kubeconfig`);
  const noticeSeconds = lossNoticeSeconds(planPlatform(configuration).federation.failover);
  const stage = new Stage("Rebalance");
  stage.update(
    `waiting until every region is available, and a returned one has been for a minute (at least ${noticeSeconds} s)`,
    undefined,
    "settling",
  );
  try {
    const count = await rebalance(fs.readFileSync(file, "utf8"), "rebalance", noticeSeconds);
    addToDocument<RebalanceFields>({ objects: count });
    stage.done(
      count === 0
        ? "there is nothing to rebalance yet"
        : `Karmada divides the replicas of ${pluralize(count, "workload")} again. \`npx meridian status ${environment}\` shows where replicas are.`,
    );
    return 0;
  } catch (error) {
    stage.fail("not all regions are available");
    throw new CommandError(
      `${(error as Error).message}. \`npx meridian status ${environment}\` shows each region.`,
    );
  }
}
