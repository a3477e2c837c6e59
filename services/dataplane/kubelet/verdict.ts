import { imageNameError } from "./imageName";
import {
  type Container,
  containersOf,
  environmentReferences,
  type ObjectName,
  pullSecrets,
  type Reference,
  type StartingPod,
  type Volume,
  volumeReferences,
} from "./pod";

/** The keys of an object of the pod's namespace; undefined if the API server does not have the object. */
export type KeysOf = (object: ObjectName) => ReadonlySet<string> | undefined;

/** Why a container cannot start, as its state reports it. */
export interface Failure {
  readonly reason: "CreateContainerConfigError" | "InvalidImageName";
  readonly message: string;
}

/** What prevents the start of a pod. Nothing: it starts. */
export interface Verdict {
  /** For each volume that cannot be mounted, the message of the kubelet's event. Without its volumes no container starts. */
  readonly mountFailures: readonly string[];
  /** By container. An image that cannot be named precedes a missing object. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** Missing Secrets of the image pull, which prevent nothing. */
  readonly missingPullSecrets: readonly string[];
}

/** Decides as a kubelet whether a pod can start, in the kubelet's own messages. Pure. */
export function decide(pod: StartingPod, keysOf: KeysOf): Verdict {
  const namespace = pod.metadata.namespace;
  const failures = containersOf(pod).flatMap((container) => {
    const failure = failureOf(container, namespace, keysOf);
    return failure === undefined ? [] : [[container.name, failure] as const];
  });
  return {
    mountFailures: (pod.spec.volumes ?? []).flatMap((volume) => mountFailure(volume, keysOf)),
    failures: new Map(failures),
    missingPullSecrets: pullSecrets(pod).filter(
      (name) => name !== "" && keysOf({ kind: "Secret", name }) === undefined,
    ),
  };
}

/** Whether the pod starts. Pure. */
export function starts({ mountFailures, failures }: Verdict): boolean {
  return mountFailures.length === 0 && failures.size === 0;
}

function failureOf(container: Container, namespace: string, keysOf: KeysOf): Failure | undefined {
  const image = container.image ?? "";
  const error = imageNameError(image);
  if (error !== undefined) {
    const parsing = `couldn't parse image name ${JSON.stringify(image)}: ${error}`;
    return {
      reason: "InvalidImageName",
      message: `Failed to apply default image tag ${JSON.stringify(image)}: ${parsing}`,
    };
  }
  for (const reference of environmentReferences(container)) {
    const keys = keysOf(reference);
    const message =
      keys === undefined
        ? notFound(reference)
        : missingKeys(reference, keys).map(
            (key) => `couldn't find key ${key} in ${reference.kind} ${namespace}/${reference.name}`,
          )[0];
    if (message !== undefined) return { reason: "CreateContainerConfigError", message };
  }
  return undefined;
}

/** The message about a volume, as a list of at most one. A projected volume reports all of its sources. */
function mountFailure(volume: Volume, keysOf: KeysOf): string[] {
  const errors = volumeReferences(volume).flatMap((reference) => {
    const keys = keysOf(reference);
    if (keys === undefined) return [notFound(reference)];
    return missingKeys(reference, keys)
      .slice(0, 1)
      .map((key) => missingMountKey(reference, key));
  });
  const distinct = [...new Set(errors)];
  if (distinct.length === 0) return [];
  const text = distinct.length === 1 ? distinct[0] : `[${distinct.join(", ")}]`;
  return [`MountVolume.SetUp failed for volume "${volume.name}" : ${text}`];
}

function missingKeys({ keys }: Reference, present: ReadonlySet<string>): string[] {
  return keys.filter((key) => !present.has(key));
}

function notFound({ kind, name }: ObjectName): string {
  return `${kind.toLowerCase()} "${name}" not found`;
}

function missingMountKey({ kind }: ObjectName, key: string): string {
  return kind === "ConfigMap"
    ? `configmap references non-existent config key: ${key}`
    : `references non-existent secret key: ${key}`;
}
