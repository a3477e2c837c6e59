import type { FailbackServiceConfig } from "../../../../services/failback/config";
import type { AutomaticFailback } from "../../../config/types";
import { resources } from "../../../manifests/charts";
import type { Manifest } from "../../../manifests/types";
import { failbackListener, failbackName } from "../component";
import { networkPolicyOf } from "../../networkPolicies";
import { karmadaApi } from "./karmadaChart";
import { karmadaServerName } from "./karmadaKubeconfig";

/** The failback service in the hub: one pod, in a namespace of its own. */

/** Folder of its configuration in the pod. */
export const failbackFolder = `/etc/${failbackName}`;

/** Port of the kubelet's probes. */
const probesPort = 8080;

const labels = failbackListener.pods;

/** Metadata of all its objects. */
export const failbackMetadata = { name: failbackName, namespace: failbackName, labels };

export const failbackNamespace: Manifest = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    name: failbackName,
    labels: { "pod-security.kubernetes.io/enforce": "restricted" },
  },
};

/** Its configuration. It reaches Karmada within the hub, without the load balancer. */
export function failbackConfig(
  { steadySeconds, maxConcurrent }: AutomaticFailback,
  { ca, token }: { readonly ca: string; readonly token: string },
): FailbackServiceConfig {
  return {
    api: {
      ...{ server: `https://${karmadaApi.host}:${karmadaApi.port}`, ca, token },
      serverName: karmadaServerName,
    },
    ...{ steadySeconds, maxConcurrent },
    probes: { address: "0.0.0.0", port: probesPort },
  };
}

/** NetworkPolicy of the pod. */
export const failbackTraffic = networkPolicyOf(failbackListener);

/**
 * One pod. An update ends the old one first; two at once would only move more workloads at a time than configured, because all that
 * they decide from is in Karmada.
 *
 * @param version changes when the configuration changes, which the pod reads only at startup.
 */
export function failbackDeployment(version: string) {
  return {
    replicas: 1,
    strategy: { type: "Recreate" },
    selector: { matchLabels: labels },
    template: { metadata: { labels, annotations: { "meridian.dev/config": version } } },
  };
}

/** The pod without its container. */
export const failbackPod = {
  automountServiceAccountToken: false,
  securityContext: {
    ...{ runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532 },
    seccompProfile: { type: "RuntimeDefault" },
  },
};

/** The container without its mount. @param image with its digest. */
export function failbackContainer(image: string) {
  const probe = (path: string) => ({ httpGet: { path, port: "probes" }, periodSeconds: 10 });
  return {
    name: failbackName,
    image,
    args: [`${failbackFolder}/config.json`],
    ports: { probes: probesPort },
    readinessProbe: probe("/readyz"),
    livenessProbe: { ...probe("/livez"), failureThreshold: 6 },
    resources: resources("20m", "128Mi"),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}
