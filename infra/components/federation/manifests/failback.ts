import type { PolicyRule } from "../../../manifests/types";
import { copyingPolicyName } from "../karmadaApi";

/**
 * Permissions of the failback service in Karmada: it reads members and placements, and requests rebalances. It reads no Works and no
 * apps' objects, which contain Secrets.
 */
export const failbackRules: readonly PolicyRule[] = [
  { apiGroups: ["cluster.karmada.io"], resources: ["clusters"], verbs: ["list"] },
  { apiGroups: ["work.karmada.io"], resources: ["resourcebindings"], verbs: ["list"] },
  {
    apiGroups: ["policy.karmada.io"],
    resources: ["clusterpropagationpolicies"],
    resourceNames: [copyingPolicyName],
    verbs: ["get"],
  },
  {
    apiGroups: ["apps.karmada.io"],
    resources: ["workloadrebalancers"],
    verbs: ["get", "list", "create"],
  },
];
