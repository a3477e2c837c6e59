import * as fs from "node:fs";
import * as path from "node:path";
import type { Difference, DifferenceKind } from "../../../plan/inventoryDifferences";
import { clusterOfProcess } from "../../../plan/names";
import type { PlatformPlan } from "../../../plan/types";
import type { Instance } from "../instance";
import { removeLogs } from "../logFiles";
import { releasePorts } from "../ports";
import { killProcesses } from "../processes";
import { removeCluster } from "../handlers/cluster";
import { removeMember } from "../../../components/federation/handlers/leaving";
import { removeService } from "../handlers/service";
import { inventoryDifferences } from ".";

/**
 * Removes everything that is not in the plan. The engine removes all resources that it knows. It does not know the remains of a
 * killed run or of an earlier version. Call this when the engine has finished: until then, the engine may still be about to
 * remove an extra object in its own order.
 * @returns the removed objects.
 */
export async function removeLeftovers(
  instance: Instance,
  plan: PlatformPlan,
): Promise<readonly Difference[]> {
  const removed: Difference[] = [];
  let left = await extrasOf(instance, plan);
  for (const kind of order) {
    const found = left.filter((each) => each.kind === kind);
    if (found.length === 0) continue;
    for (const { name } of found) await removals[kind]?.(instance, plan, name);
    removed.push(...found);
    // Removing a process also removes its files and its log, and the ports of a cluster.
    left = await extrasOf(instance, plan);
  }
  return removed;
}

async function extrasOf(instance: Instance, plan: PlatformPlan): Promise<Difference[]> {
  const differences = await inventoryDifferences(instance, plan);
  return differences.filter(({ how }) => how === "extra");
}

/** The federation member first: its workload is drained while the cluster runs. */
const order: readonly DifferenceKind[] = [
  "member",
  "process",
  "cluster",
  "component",
  "orphan",
  "file",
  "log",
  "port",
];

type Removal = (instance: Instance, plan: PlatformPlan, name: string) => Promise<unknown>;

const removals: Readonly<Partial<Record<DifferenceKind, Removal>>> = {
  member: (instance, { federation }, name) => {
    const file = path.join(instance.filesDir, `${federation.clusterName}.kubeconfig`);
    return removeMember(fs.readFileSync(file, "utf8"), name);
  },
  process: (instance, _plan, name) => {
    const cluster = clusterOfProcess(name);
    return cluster === undefined ? removeService(instance, name) : removeCluster(instance, cluster);
  },
  cluster: async (instance, _plan, name) => {
    await removeCluster(instance, name);
    // Removes an entry that is not a cluster's folder.
    fs.rmSync(path.join(instance.clustersDir, name), { recursive: true, force: true });
  },
  component: (instance, _plan, name) => {
    const [cluster = "", component = ""] = name.split("/");
    const file = path.join(instance.clustersDir, "clusters", cluster, "bin", component);
    return killProcesses(instance, ({ command }) => !isCommandOf(command, file));
  },
  orphan: (instance, _plan, name) => killProcesses(instance, ({ pid }) => pid !== Number(name)),
  file: (instance, _plan, name) =>
    fs.promises.rm(path.join(instance.filesDir, name), { recursive: true, force: true }),
  log: (instance, _plan, name) => Promise.resolve(removeLogs(instance, name)),
  port: (instance, _plan, name) => Promise.resolve(releasePorts(instance, name)),
};

function isCommandOf(command: string, executable: string): boolean {
  return command === executable || command.startsWith(`${executable} `);
}
