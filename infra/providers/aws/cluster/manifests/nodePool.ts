import type { NodePoolPlan } from "../nodePools";
import type { NodeRequirement } from "../../../../catalog/instances";
import type { Labels, Taint } from "../../../../plan/types";
import type { Manifest } from "../../../../manifests/types";
import { nodeClassName } from "./nodeClass";

/** The fields of Karpenter's NodePool that Meridian uses. Source: Karpenter's documentation, "NodePools". */
export interface NodePoolSpec {
  readonly weight: number;
  readonly template: {
    readonly metadata: { readonly labels: Labels };
    readonly spec: {
      readonly nodeClassRef: {
        readonly group: string;
        readonly kind: string;
        readonly name: string;
      };
      readonly requirements: readonly NodeRequirement[];
      readonly taints?: readonly Taint[];
      readonly expireAfter: string;
      readonly terminationGracePeriod: string;
    };
  };
  readonly limits: NodePoolPlan["limits"];
  readonly disruption: NodePoolPlan["disruption"];
}

/** Converts a planned pool to a Kubernetes object. */
export function nodePool(pool: NodePoolPlan): Manifest<NodePoolSpec> {
  const { name, weight, labels, taints, requirements, limits, disruption } = pool;
  const { expireAfter, terminationGracePeriod } = pool;
  return {
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: { name },
    spec: {
      weight,
      template: {
        metadata: { labels },
        spec: {
          nodeClassRef: { group: "eks.amazonaws.com", kind: "NodeClass", name: nodeClassName },
          requirements,
          ...(taints.length > 0 ? { taints } : {}),
          expireAfter,
          terminationGracePeriod,
        },
      },
      limits,
      disruption,
    },
  };
}
