import * as fs from "node:fs";
import * as path from "node:path";
import { mergeKubeconfigs } from "../infra/kube/kubeconfig";
import { type Instance, writePrivate } from "../infra/providers/local/instance";
import { federationClusterName } from "../infra/plan/names";
import type { PlatformPlan } from "../infra/plan/types";

/** The kubeconfig for kubectl, which `up` keeps. */
export function kubeconfigFile(instance: Instance): string {
  return path.join(instance.dir, "kubeconfig");
}

/** The kubeconfig of one cluster. */
export function clusterKubeconfig({ filesDir }: Instance, cluster: string): string {
  return path.join(filesDir, `${cluster}.kubeconfig`);
}

/** Names of the clusters that exist on this machine, by their kubeconfigs. */
export function createdClusters({ filesDir }: Instance): string[] {
  const files = fs.existsSync(filesDir) ? fs.readdirSync(filesDir) : [];
  return files.flatMap((file) => /^(.+)\.kubeconfig$/.exec(file)?.[1] ?? []);
}

/**
 * Writes the kubeconfig for kubectl: a context for the federation (the current one), the hub and each region. A cluster that has
 * none yet is left out.
 * @returns its path.
 */
export function writeKubeconfig(instance: Instance, plan: PlatformPlan): string {
  const { hub, federation, regions } = plan;
  const clusters = [federation, hub, ...regions].map(({ clusterName }) => clusterName);
  const found = clusters.flatMap((name) => {
    const file = clusterKubeconfig(instance, name);
    return fs.existsSync(file) ? [[name, fs.readFileSync(file, "utf8")] as const] : [];
  });
  const file = kubeconfigFile(instance);
  writePrivate(file, mergeKubeconfigs(Object.fromEntries(found), federationClusterName));
  return file;
}
