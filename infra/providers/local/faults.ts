import * as path from "node:path";
import { clusterProcessName } from "../../plan/names";
import { regionServiceNames } from "../../components/processes";
import type { Instance } from "./instance";
import { processesOf } from "./processes";
import { supervisedNames, switchProcess } from "./supervisor";

/**
 * Simulates the loss of a region by a power failure: kills its cluster, its gateway, its pods and its rollout processes at once.
 * The region stays down until `returnRegion`. For drills, benchmarks and tests.
 */
export async function loseRegion(instance: Instance, region: string): Promise<void> {
  await Promise.all([
    loseCluster(instance, region),
    ...servicesOf(instance, region).map((name) => loseService(instance, name)),
  ]);
}

/** Restarts a lost region, with the data that it had. */
export async function returnRegion(instance: Instance, region: string): Promise<void> {
  await Promise.all([
    returnCluster(instance, region),
    ...servicesOf(instance, region).map((name) => switchProcess(instance, name, true)),
  ]);
}

/** The processes beside a region's cluster. An environment may not use every component. */
function servicesOf(instance: Instance, region: string): string[] {
  const supervised = supervisedNames(instance);
  return regionServiceNames(region).filter((name) => supervised.includes(name));
}

/** Kills a service, which stays down until `switchProcess` starts it again. */
export async function loseService(instance: Instance, name: string): Promise<void> {
  const dir = path.join(instance.filesDir, name) + path.sep;
  processesOf(instance)
    .filter(({ command }) => command.includes(dir))
    .forEach(({ pid }) => kill(pid));
  await switchProcess(instance, name, false);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Already exited.
  }
}

/**
 * Simulates the loss of a cluster by a power failure: kills all its processes at once. The cluster stays down until
 * `returnCluster`. For drills, benchmarks and tests.
 */
export async function loseCluster(instance: Instance, cluster: string): Promise<void> {
  clusterProcesses(instance, cluster).forEach(({ pid }) => kill(pid));
  await switchProcess(instance, clusterProcessName(cluster), false);
}

/** Restarts a lost cluster, with the data that it had. */
export async function returnCluster(instance: Instance, cluster: string): Promise<void> {
  await switchProcess(instance, clusterProcessName(cluster), true);
}

/** The running components of a cluster. */
export function clusterProcesses(instance: Instance, cluster: string) {
  const dir = path.join(instance.clustersDir, "clusters", cluster) + path.sep;
  return processesOf(instance).filter(({ command }) => command.includes(dir));
}
