import { imageFacts } from "../catalog/imageFacts";
import { cpuMillicores, memoryBytes } from "../config/quantity";
import { lacksUser, numericUser } from "./podImages";
import { at, list, record, selects, type KubeObject } from "./kubeObject";
import { appLabel, labelKeys } from "./names";

/** One requirement on one field. The field is a path relative to the object that the table describes. */
export interface Rule {
  readonly field: string;
  readonly holds: (value: unknown, owner: unknown) => boolean;
  readonly expected: string;
  readonly remedy: string;
}

/** Remedy of most diagnostics: the platform supplies the fields that an app omits. */
export const platform = "remove it from the app: the platform's web base has it";

export const viaNaming =
  "add ../../_platform/web/naming to the transformers of the kustomization that lists the object";

export const podPath = "spec.template.spec";

/** Rules for the Deployment or Rollout itself. */
export const workloadRules: readonly Rule[] = [
  {
    field: "spec.replicas",
    holds: (value) => Number.isInteger(value) && Number(value) >= 0,
    expected: "a whole number, 0 or more, over all regions",
    remedy: "add the Deployment to `replicas` in the overlay's kustomization",
  },
  {
    field: `spec.template.metadata.labels[${appLabel}]`,
    holds: (value, owner) => value === (owner as KubeObject).metadata.labels?.[appLabel],
    expected: "the workload's own value",
    remedy: viaNaming,
  },
  {
    field: `${podPath}.containers`,
    holds: (value) => list(value).length > 0,
    expected: "at least one container",
    remedy: "add a container named `app` with an image",
  },
];

/** Pod-level rules of the restricted Pod Security standard and of zone spreading. */
export function podRules(labels: unknown): readonly Rule[] {
  const absent = {
    holds: (value: unknown) => value !== true,
    expected: "false or absent",
    remedy: "remove it",
  };
  return [
    ...["hostNetwork", "hostPID", "hostIPC"].map((field) => ({ field, ...absent })),
    {
      field: "volumes",
      holds: (value) =>
        list(value).every((volume) => Object.keys(record(volume)).every(isVolumeKey)),
      expected: "volumes of the kinds that the restricted Pod Security standard allows",
      remedy:
        "use emptyDir, configMap, secret, projected, csi, ephemeral, image or persistentVolumeClaim",
    },
    {
      field: "topologySpreadConstraints",
      holds: (value) =>
        list(value).some((one) => spreadsZones(one) && selects(at(one, "labelSelector"), labels)),
      expected: `DoNotSchedule with maxSkew 1 over ${labelKeys.topologyZone}, of these pods`,
      remedy: platform,
    },
    {
      field: "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution",
      holds: (value) => list(value).some((one) => repelsInZone(one, labels)),
      expected: `a term of weight 100 over ${labelKeys.topologyZone}, against these pods`,
      remedy: platform,
    },
  ];
}

/** Rules for long-running containers; init containers are exempt. */
export const mainContainerRules: readonly Rule[] = [
  "startupProbe",
  "readinessProbe",
  "livenessProbe",
].map((field) => ({
  field,
  holds: (value) =>
    ["httpGet", "tcpSocket", "exec", "grpc"].some((how) => at(value, how) !== undefined),
  expected: "a probe with httpGet, tcpSocket, exec or grpc",
  remedy: platform,
}));

/** A container whose image names its user needs a number: the kubelet refuses it otherwise. Applies to images with known facts. */
export function userRules(pod: unknown, container: unknown): readonly Rule[] {
  const facts = imageFacts(String(at(container, "image")));
  if (facts === undefined) return [];
  return [
    {
      field: "securityContext.runAsUser",
      holds: () => !lacksUser(pod, container, facts),
      expected: numericUser(facts),
      remedy: "set runAsUser in the pod's securityContext, as the platform's web base does",
    },
  ];
}

/** Rules for all containers, including init containers. The pod's security context may supply some of the values. */
export function containerRules(pod: unknown): readonly Rule[] {
  const inherited = (field: string, value: unknown) => value ?? at(pod, field);
  const security = (
    field: string,
    expected: string,
    holds: (value: unknown, owner: unknown) => boolean,
  ): Rule => ({ field: `securityContext.${field}`, expected, holds, remedy: platform });
  return [
    {
      field: "image",
      holds: isPinned,
      expected: "an image with a tag other than latest, or with a digest",
      remedy: "pin the image, e.g. registry/name:1.2.3",
    },
    ...["requests", "limits"].flatMap((kind) => [
      quantity(`resources.${kind}.cpu`, cpuMillicores, "500m"),
      quantity(`resources.${kind}.memory`, memoryBytes, "256Mi"),
    ]),
    security(
      "runAsNonRoot",
      "true",
      (value) => inherited("securityContext.runAsNonRoot", value) === true,
    ),
    security("runAsUser", "not 0", (value) => inherited("securityContext.runAsUser", value) !== 0),
    security("seccompProfile.type", "RuntimeDefault or Localhost", (value) =>
      ["RuntimeDefault", "Localhost"].includes(
        String(inherited("securityContext.seccompProfile.type", value)),
      ),
    ),
    security("allowPrivilegeEscalation", "false", (value) => value === false),
    security("privileged", "false or absent", (value) => value !== true),
    security("readOnlyRootFilesystem", "true", (value) => value === true),
    security("capabilities.drop", "ALL among them", (value) => list(value).includes("ALL")),
    security("capabilities.add", "NET_BIND_SERVICE at most", (value) =>
      list(value).every((one) => one === "NET_BIND_SERVICE"),
    ),
  ];
}

function quantity(
  field: string,
  read: (text: string) => number | undefined,
  example: string,
): Rule {
  return {
    field,
    holds: (value) => (read(String(value)) ?? 0) > 0,
    expected: `a Kubernetes quantity above zero, for example ${example}`,
    remedy: platform,
  };
}

/** Volume kinds that the restricted standard allows. `hostPath` and the legacy cloud disks are not among them. */
const volumeKinds = new Set([
  "name",
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

function isVolumeKey(key: string): boolean {
  return volumeKinds.has(key);
}

function spreadsZones(constraint: unknown): boolean {
  return (
    at(constraint, "topologyKey") === labelKeys.topologyZone &&
    at(constraint, "maxSkew") === 1 &&
    at(constraint, "whenUnsatisfiable") === "DoNotSchedule"
  );
}

function repelsInZone(term: unknown, labels: unknown): boolean {
  return (
    at(term, "weight") === 100 &&
    at(term, "podAffinityTerm.topologyKey") === labelKeys.topologyZone &&
    selects(at(term, "podAffinityTerm.labelSelector"), labels)
  );
}

/** The tag follows a colon in the last path segment; an earlier colon separates the registry's port. */
function isPinned(image: unknown): boolean {
  if (typeof image !== "string") return false;
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([\w][\w.-]{0,127})$/.exec(image.split("/").at(-1) ?? "")?.[1];
  return tag !== undefined && tag !== "latest";
}
