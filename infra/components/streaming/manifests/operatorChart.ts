import { resources } from "../../../manifests/charts";

/** Name of the release of Strimzi's cluster operator. It watches its own namespace only. */
export const operatorName = "strimzi";

/** Values of the chart of Strimzi's cluster operator. */
export function operatorValues() {
  return {
    // The other one takes over when a node is lost; the brokers run on without either.
    replicas: 2,
    watchAnyNamespace: false,
    resources: resources("200m", "512Mi"),
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}
