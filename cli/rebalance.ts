import * as fs from "node:fs";
import * as path from "node:path";
import { rebalance } from "../infra/components/federation/handlers/membership";
import { federationClusterName } from "../infra/plan/names";
import { localInstance } from "./localOnly";
import { Stage } from "./progress";

/** Makes Karmada rebalance the replicas of every app: the controlled return of a lost region. */
export async function rebalanceReplicas(environment: string): Promise<number> {
  const { instance } = localInstance("rebalance", environment);
  const file = path.join(instance.filesDir, `${federationClusterName}.kubeconfig`);
  const stage = new Stage("Rebalance");
  stage.update(
    "waiting until every region that returned has settled (a minute)",
    undefined,
    "settling",
  );
  const count = await rebalance(fs.readFileSync(file, "utf8"), "rebalance");
  stage.done(
    count === 0
      ? "there is nothing to rebalance yet"
      : `${count} objects are rebalanced. \`npx meridian status ${environment}\` shows where replicas are.`,
  );
  return 0;
}
