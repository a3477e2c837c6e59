import type { GateConfig } from "../../../../services/rollout-gate/config";
import { resources, zoneSpread } from "../../../manifests/charts";
import { externalSecret, secretsLabel } from "../../secrets/manifests/externalSecrets";
import type { GateFlags } from "../awsGates";
import { sdkKeyName } from "../../secrets/plan";
import { gateName } from "../../../plan/names";
import { gateRules } from "./rolloutGate";
import type { Manifest, Metadata, PolicyRule } from "../../../manifests/types";

/** The rollout gate where it runs in pods: two of them in each region, of which one writes. */

/** What Argo Rollouts calls it by; the API server too. */
export const gateHost = `${gateName}.${gateName}.svc`;

/** Port of the pods; of the Service it is 443. */
export const gatePort = 8443;

/** Names of what its pods mount. */
export const gateParts = {
  config: "rollout-gate-config",
  tls: "rollout-gate-tls",
  flags: "rollout-gate-flags",
  launchDarkly: "rollout-gate-launchdarkly",
} as const;

const memoryName = "rollout-gate-memory";
const folder = `/etc/${gateName}`;
const labels = { "app.kubernetes.io/name": gateName };

/** Of all objects with the gate's own name. */
export const gateMetadata = { name: gateName, namespace: gateName, labels };

/** Of its namespace. LaunchDarkly's key comes from outside; nothing else does. */
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

/** What a pod is told. Its token is the one that the kubelet keeps fresh. */
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

/** The SDK key, a minute behind Secrets Manager: it is put there by hand, by somebody who waits for it. */
export function sdkKeySecret(secret: string): Manifest {
  const name = gateParts.launchDarkly;
  const keys = [sdkKeyName];
  return externalSecret({ name, namespace: gateName, secret, keys, refreshInterval: "1m" });
}

/** An account with all rights that the gate needs: in every namespace the rules that it has anywhere, and its own memory. */
export function gateAccount(): readonly Manifest[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: gateMetadata },
    ...rights("ClusterRole", { name: `meridian:${gateName}` }, gateRules),
    ...rights("Role", gateMetadata, memoryRules),
  ];
}

/** A role, and its binding to the gate's account. */
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
  // Kubernetes does not know an object's name when it decides about its creation.
  { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
];

/** The engine does not wait for pods behind it: there are none before their image is published. */
export function gateService(): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...gateMetadata, annotations: { "pulumi.com/skipAwait": "true" } },
    spec: { selector: labels, ports: [{ name: "https", port: 443, targetPort: "https" }] },
  };
}

/** One of two goes at a time. */
export function gateBudget(): Manifest {
  const selector = { matchLabels: labels };
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: gateMetadata,
    spec: { maxUnavailable: 1, selector },
  };
}

/** Folders of what the pods mount, by part. */
export const gateFolders: Readonly<Record<keyof typeof gateParts, string>> = {
  config: `${folder}/config`,
  tls: `${folder}/tls`,
  flags: `${folder}/flags`,
  launchDarkly: `${folder}/launchdarkly`,
};

/**
 * Two pods, in different zones where there are some. A set with names, and no volumes: of pods that answer alike the first
 * one writes, and knows by its name that it is the first.
 * @param version Changes when what the pods read once has changed.
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

/** The pod, but for its one container. */
export const gatePod = {
  serviceAccountName: gateName,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  topologySpreadConstraints: zoneSpread(labels),
};

/**
 * The container, but for what it mounts. Ready as soon as it answers: a gate that has not received its flags yet holds, and
 * says why.
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
