import { labelKeys, nodeName } from "../../../../infra/plan/names";
import type { NodePlan } from "../../../../infra/plan/types";

const instanceType = "m7i.xlarge";

/**
 * The nodes that a cluster has, two in each zone of its region: Auto Mode would start them when pods ask for
 * them. KWOK plays their kubelets.
 */
export function nodesOf(region: string, zones: readonly string[]): NodePlan[] {
  return zones.flatMap((letter) =>
    [0, 1].map((index) => {
      const zone = `${region}${letter}`;
      const name = nodeName(zone, index);
      return {
        name,
        region,
        zone,
        capacityType: "on-demand" as const,
        instanceType,
        labels: {
          [labelKeys.hostname]: name,
          [labelKeys.os]: "linux",
          [labelKeys.arch]: "amd64",
          [labelKeys.topologyRegion]: region,
          [labelKeys.topologyZone]: zone,
          [labelKeys.instanceType]: instanceType,
          [labelKeys.capacityType]: "on-demand",
          "eks.amazonaws.com/compute-type": "auto",
        },
        allocatable: { cpu: "4000m", memory: "16Gi", pods: "110" },
        taints: [],
      };
    }),
  );
}
