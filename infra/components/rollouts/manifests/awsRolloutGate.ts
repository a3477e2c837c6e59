import type { GateConfig } from "../../../../services/rollout-gate/config";
import { resources, zoneSpread } from "../../../manifests/charts";
import { externalSecret, secretsLabel } from "../../secrets/manifests/externalSecrets";
import type { GateFlags } from "../awsGates";
import { sdkKeyName } from "../../secrets/plan";
import { gateName } from "../../../plan/names";
import { gateRules } from "./rolloutGate";
import type { Manifest, Metadata, PolicyRule } from "../../../manifests/types";

/** The rollout gate in pods: two in each region, of which one writes. */

/** Host name of the gate for Argo Rollouts and the API server. */
export const gateHost = `${gateName}.${gateName}.svc`;

/** Port of the pods. The Service's port is 443. */
export const gatePort = 8443;

/** Names of the ConfigMaps and Secrets that its pods mount. */
export const gateParts = {
  config: "rollout-gate-config",
  tls: "rollout-gate-tls",
  flags: "rollout-gate-flags",
  launchDarkly: "rollout-gate-launchdarkly",
} as const;

const memoryName = "rollout-gate-memory";
const folder = `/etc/${gateName}`;
const labels = { "app.kubernetes.io/name": gateName };

/** Metadata of all objects with the gate's name. */
export const gateMetadata = { name: gateName, namespace: gateName, labels };

/** Its namespace. It may read external secrets only with LaunchDarkly, for the SDK key. */
export function gateNamespace(hasSecrets: boolean): Manifest {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: gateName,
      labels: {
        "pod-security.kubernetes.io/enforce": "restricted",
        ...(hasSecrets && { [secretsLabel]: "allowed" }),
      },
    },
  };
}

export interface GateConfigArgs {
  readonly region: GateConfig["region"];
  readonly flags: GateFlags;
  /** PEM. */
  readonly ca: string;
  readonly federation: GateConfig["federation"];
}

/** Configuration of a pod. The kubelet renews its token. */
export function gateConfig({ region, flags, ca, federation }: GateConfigArgs): GateConfig {
  return {
    region,
    flags:
      flags.kind === "file"
        ? { kind: "file", file: `${gateFolders.flags}/flags.json` }
        : {
            kind: "launchdarkly",
            sdkKeyFile: `${gateFolders.launchDarkly}/${sdkKeyName}`,
            ...(flags.baseUrls && { baseUrls: flags.baseUrls }),
          },
    listen: { address: "0.0.0.0", port: gatePort },
    tls: { certFile: `${gateFolders.tls}/tls.crt`, keyFile: `${gateFolders.tls}/tls.key` },
    keyFile: `${gateFolders.config}/key`,
    memory: { configMap: { namespace: gateName, name: memoryName } },
    writer: `${gateName}-0`,
    api: {
      server: "https://kubernetes.default.svc",
      ca,
      tokenFile: "/var/run/secrets/kubernetes.io/serviceaccount/token",
    },
    federation,
  };
}

/** The SDK key, at most a minute behind Secrets Manager: a user stores it there and waits for the effect. */
export function sdkKeySecret(secret: string): Manifest {
  const name = gateParts.launchDarkly;
  const keys = [sdkKeyName];
  return externalSecret({ name, namespace: gateName, secret, keys, refreshInterval: "1m" });
}

/** A service account with the gate's permissions: cluster-wide rules, and its memory ConfigMap. */
export function gateAccount(): readonly Manifest[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: gateMetadata },
    ...rights("ClusterRole", { name: `meridian:${gateName}` }, gateRules),
    ...rights("Role", gateMetadata, memoryRules),
  ];
}

/** A role and its binding to the gate's account. */
function rights(
  kind: "ClusterRole" | "Role",
  of: Metadata,
  rules: readonly PolicyRule[],
): readonly Manifest[] {
  const apiGroup = "rbac.authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  const roleRef = { apiGroup, kind, name: of.name };
  const subjects = [{ kind: "ServiceAccount", name: gateName, namespace: gateName }];
  const role = { apiVersion, kind, metadata: of, rules };
  const binding = { apiVersion, kind: `${kind}Binding`, metadata: of, roleRef, subjects };
  return [role, binding];
}

const memoryRules: readonly PolicyRule[] = [
  {
    apiGroups: [""],
    resources: ["configmaps"],
    resourceNames: [memoryName],
    verbs: ["get", "patch"],
  },
  // Kubernetes authorizes the creation of an object without its name.
  { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
];

/** The engine does not wait for pods of this Service: there are none before their image is published. */
export function gateService(): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...gateMetadata, annotations: { "pulumi.com/skipAwait": "true" } },
    spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: "https" }] },
  };
}

/** At most one of the two pods is evicted at a time. */
export function gateBudget(): Manifest {
  const selector = { matchLabels: labels };
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: gateMetadata,
    spec: { maxUnavailable: 1, selector },
  };
}

/** Mount paths in the pods, by part. */
export const gateFolders: Readonly<Record<keyof typeof gateParts, string>> = {
  config: `${folder}/config`,
  tls: `${folder}/tls`,
  flags: `${folder}/flags`,
  launchDarkly: `${folder}/launchdarkly`,
};

/**
 * Two pods, in different zones if possible. A StatefulSet without volumes: all pods respond alike, but only the first one writes,
 * which it identifies by its name.
 * @param version Changes when a file changes that the pods read only at startup.
 */
export function gateSet(version: string) {
  return {
    replicas: 2,
    serviceName: gateName,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: labels },
    template: { metadata: { labels, annotations: { "meridian.dev/config": version } } },
  };
}

/** The pod without its container. */
export const gatePod = {
  serviceAccountName: gateName,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  topologySpreadConstraints: zoneSpread(labels),
};

/**
 * The container without its mounts. It is ready as soon as it responds: a gate that has not received its flags yet holds and
 * reports the reason.
 * @param image With its digest.
 */
export function gateContainer(image: string) {
  const answers = { httpGet: { path: "/healthz", port: "https", scheme: "HTTPS" } };
  return {
    name: gateName,
    image,
    args: [`${gateFolders.config}/config.json`],
    ports: { https: gatePort },
    readinessProbe: { ...answers, periodSeconds: 5 },
    livenessProbe: { ...answers, periodSeconds: 10, failureThreshold: 6 },
    resources: resources("50m", "256Mi"),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}
