import type { LabelSelector } from "../../manifests/types";
import { selects } from "../../plan/kubeObject";
import type { ClusterObject } from "./members";

/** Karmada's ClusterAffinity. */
interface ClusterAffinity {
  readonly clusterNames?: readonly string[];
  readonly exclude?: readonly string[];
  readonly labelSelector?: LabelSelector;
  readonly fieldSelector?: object;
}

/** The fields of a binding's placement that determine shares. */
export interface PlacementObject {
  readonly clusterAffinity?: ClusterAffinity;
  readonly clusterAffinities?: readonly object[];
  readonly spreadConstraints?: readonly object[];
  readonly replicaScheduling?: {
    readonly replicaSchedulingType?: string;
    readonly replicaDivisionPreference?: string;
    readonly weightPreference?: {
      readonly dynamicWeight?: string;
      readonly staticWeightList?: readonly {
        readonly targetCluster: ClusterAffinity;
        readonly weight: number;
      }[];
    };
  };
}

/**
 * The weights by which Karmada divides a workload's replicas, by member; members without a share are absent.
 * @returns undefined: the shares depend on more than weights, such as free capacity, and are not known here.
 */
export function placementWeights(
  placement: PlacementObject,
  members: readonly ClusterObject[],
): Readonly<Record<string, number>> | undefined {
  const { replicaScheduling: scheduling = {}, clusterAffinity = {} } = placement;
  const { dynamicWeight, staticWeightList = [] } = scheduling.weightPreference ?? {};
  const byWeight =
    scheduling.replicaSchedulingType === "Divided" &&
    scheduling.replicaDivisionPreference === "Weighted" &&
    dynamicWeight === undefined;
  const affinities = [clusterAffinity, ...staticWeightList.map((one) => one.targetCluster)];
  const simple =
    placement.clusterAffinities === undefined &&
    (placement.spreadConstraints ?? []).length === 0 &&
    affinities.every(({ fieldSelector }) => fieldSelector === undefined);
  if (!byWeight || !simple) return undefined;
  const candidates = members.filter((member) => matches(member, clusterAffinity));
  const weighted = candidates.map(
    (member) =>
      [
        member.metadata.name,
        Math.max(
          0,
          ...staticWeightList
            .filter(({ targetCluster }) => matches(member, targetCluster))
            .map(({ weight }) => weight),
        ),
      ] as const,
  );
  // As Karmada does it: without any weight, all are equal.
  const equal = weighted.every(([, weight]) => weight === 0);
  return Object.fromEntries(
    weighted
      .map(([name, weight]) => [name, equal ? 1 : weight] as const)
      .filter(([, weight]) => weight > 0),
  );
}

function matches(
  { metadata: { name, labels = {} } }: ClusterObject,
  { clusterNames = [], exclude = [], labelSelector }: ClusterAffinity,
): boolean {
  if (exclude.includes(name)) return false;
  if (clusterNames.length > 0 && !clusterNames.includes(name)) return false;
  return labelSelector === undefined || selects(labelSelector, labels);
}
