import * as path from "node:path";
import type { Instance } from "./instance";
import { processesOf } from "./processes";
import { processName } from "./provider/cluster";
import { switchProcess } from "./supervisor";

/**
 * Loses a cluster as a power cut would: all its processes die at once, and it stays down until
 * `returnCluster`. For drills, benchmarks and tests.
 */
export async function loseCluster(instance: Instance, cluster: string): Promise<void> {
  for (const { pid } of clusterProcesses(instance, cluster)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Already gone.
    }
  }
  await switchProcess(instance, processName(cluster), false);
}

/** Lets a lost cluster start again, with the data that it had. */
export async function returnCluster(instance: Instance, cluster: string): Promise<void> {
  await switchProcess(instance, processName(cluster), true);
}

/** The running components of a cluster. */
export function clusterProcesses(instance: Instance, cluster: string) {
  const dir = path.join(instance.clustersDir, "clusters", cluster) + path.sep;
  return processesOf(instance).filter(({ command }) => command.includes(dir));
}
