import { reservedRegionNames } from "../infra/config/reserved";
import type { Instance } from "../infra/providers/local/instance";
import type { PlatformPlan } from "../infra/plan/types";
import { createdClusters } from "../operations/kubeconfig";
import type { RunKind } from "../operations/runTimes/clock";
import type { Duration } from "../operations/runTimes/estimate";

/** Stages of commands on this machine whose times are measured. */
export type Measured = "up" | "preview" | "delivery";

/** Durations on a machine that has done none, by stage: least for one region on a fast machine, most for five on a busy one, in ms. */
const firstCreation: Readonly<Record<Measured, Duration | undefined>> = {
  up: [15_000, 180_000],
  preview: [3_000, 30_000],
  delivery: [5_000, 180_000],
};

/** The kind of a stage of a run on this machine: its time depends on the regions, and on those that it creates and deletes. */
export function kindOf(stage: Measured, plan: PlatformPlan, instance: Instance): RunKind {
  return localKind(stage, plan, createdClusters(instance));
}

/** The same from the clusters that exist. Pure. */
export function localKind(
  stage: Measured,
  { regions }: PlatformPlan,
  created: readonly string[],
): RunKind {
  const own: readonly string[] = reservedRegionNames;
  const existing = created.filter((name) => !own.includes(name));
  const names = regions.map(({ clusterName }) => clusterName);
  const toCreate = names.filter((name) => !existing.includes(name)).length;
  const toDelete = existing.filter((name) => !names.includes(name)).length;
  const first = existing.length === 0 ? firstCreation[stage] : undefined;
  return {
    kind: `${stage} local, ${regions.length} regions, ${toCreate} to create, ${toDelete} to delete`,
    ...(first !== undefined && { first }),
  };
}

/**
 * The kind of a run on AWS. Its time depends on what it creates, which a preview has counted. Pure.
 * @param resources Number of resources that the run processes. 0: not known yet.
 * @param changed Number of those that it changes. Default: all.
 */
export function awsKind(
  stage: "up" | "preview" | "destroy",
  environment: string,
  resources: number,
  changed = resources,
): RunKind {
  const part = resources === 0 ? 0 : changed / resources;
  const size = changed === 0 ? "none" : part > 0.5 ? "most" : changed > 20 ? "many" : "few";
  const of = stage === "preview" ? "" : `, ${size} to change`;
  return {
    kind: `${stage} ${environment} on AWS${of}`,
    ...(resources > 0 && { steps: resources }),
  };
}
