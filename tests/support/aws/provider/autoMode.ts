import type { Manifest } from "../../../../infra/manifests/types";
import { permissiveDefinition } from "../definitions";

const eks = { group: "eks.amazonaws.com", version: "v1" };
const karpenter = { group: "karpenter.sh", version: "v1" };

/** The kinds that a cluster in Auto Mode has from the start. Nothing acts on them here. */
export const autoModeDefinitions: readonly Manifest[] = [
  permissiveDefinition({ ...eks, kind: "NodeClass", plural: "nodeclasses", scope: "Cluster" }),
  permissiveDefinition({
    ...eks,
    ...{ kind: "IngressClassParams", plural: "ingressclassparams", scope: "Cluster" as const },
  }),
  permissiveDefinition({
    ...eks,
    ...{ kind: "TargetGroupBinding", plural: "targetgroupbindings", scope: "Namespaced" as const },
  }),
  permissiveDefinition({ ...karpenter, kind: "NodePool", plural: "nodepools", scope: "Cluster" }),
  permissiveDefinition({ ...karpenter, kind: "NodeClaim", plural: "nodeclaims", scope: "Cluster" }),
];
