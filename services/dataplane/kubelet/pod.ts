import {
  imageId,
  publishedConfigMap,
  usualImage,
} from "../../../infra/providers/local/manifests/startGate";
import type { PodObject } from "../pods";

/** A reference to one object of the pod's namespace. */
interface ObjectSelector {
  readonly name?: string;
  /** The pod starts without the object. Default: false. */
  readonly optional?: boolean;
}

interface KeySelector extends ObjectSelector {
  readonly key: string;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly restartPolicy?: string;
  readonly envFrom?: readonly {
    readonly configMapRef?: ObjectSelector;
    readonly secretRef?: ObjectSelector;
  }[];
  readonly env?: readonly {
    readonly valueFrom?: {
      readonly configMapKeyRef?: KeySelector;
      readonly secretKeyRef?: KeySelector;
    };
  }[];
}

interface Items {
  /** The keys that are mounted. Default: all. */
  readonly items?: readonly { readonly key: string }[];
}

export interface VolumeSource {
  readonly configMap?: ObjectSelector & Items;
  /** A projected source has `name` in place of `secretName`. */
  readonly secret?: ObjectSelector & Items & { readonly secretName?: string };
}

export interface Volume extends VolumeSource {
  readonly name: string;
  readonly projected?: { readonly sources?: readonly VolumeSource[] };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: { readonly exitCode: number; readonly reason?: string };
}

export interface ContainerStatus {
  readonly name: string;
  readonly state?: ContainerState;
}

/** A pod as the API server returns it, with the fields that decide whether a kubelet can start it. */
export interface StartingPod extends PodObject {
  readonly metadata: PodObject["metadata"] & { readonly namespace: string; readonly uid: string };
  readonly spec: Omit<NonNullable<PodObject["spec"]>, "containers"> & {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly Volume[];
    readonly imagePullSecrets?: readonly ObjectSelector[];
    readonly readinessGates?: readonly { readonly conditionType: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly startTime?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** A ConfigMap or Secret, in the pod's namespace. */
export interface ObjectName {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
}

/** A reference without which a container or volume cannot start. */
export interface Reference extends ObjectName {
  /** Keys that the object must have. */
  readonly keys: readonly string[];
}

/** The references of a container's environment, in the order in which a kubelet resolves them. Pure. */
export function environmentReferences({ envFrom = [], env = [] }: Container): Reference[] {
  return [
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [
      ...required("ConfigMap", configMapRef),
      ...required("Secret", secretRef),
    ]),
    ...env.flatMap(({ valueFrom }) => [
      ...required("ConfigMap", valueFrom?.configMapKeyRef, [valueFrom?.configMapKeyRef?.key]),
      ...required("Secret", valueFrom?.secretKeyRef, [valueFrom?.secretKeyRef?.key]),
    ]),
  ];
}

/** The references of a volume, one for each of its sources. Pure. */
export function volumeReferences(volume: Volume): Reference[] {
  return [volume, ...(volume.projected?.sources ?? [])].flatMap(({ configMap, secret }) => [
    ...required("ConfigMap", configMap, keysOf(configMap)),
    ...required("Secret", secret && named(secret), keysOf(secret)),
  ]);
}

/** Names of the Secrets with which the pod's images are pulled. Pure. */
export function pullSecrets({ spec }: StartingPod): string[] {
  return (spec.imagePullSecrets ?? []).map(({ name = "" }) => name);
}

/** Every object that decides whether the pod starts, once. Pure. */
export function referencedObjects(pod: StartingPod): ObjectName[] {
  const objects: ObjectName[] = [
    ...(pod.spec.volumes ?? []).flatMap(volumeReferences),
    ...containersOf(pod).flatMap(environmentReferences),
    ...pullSecrets(pod).map((name) => ({ kind: "Secret" as const, name })),
  ];
  const byKey = new Map(objects.map(({ kind, name }) => [`${kind}/${name}`, { kind, name }]));
  return [...byKey.values()];
}

/** Init containers, then the others. */
export function containersOf({ spec }: StartingPod): Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

const usual = new RegExp(usualImage);
const id = new RegExp(imageId);

/** Whether KWOK leaves the start of a pod to this process, which has not started it yet. Pure. */
export function awaitsStart(pod: StartingPod): boolean {
  const { metadata, spec, status } = pod;
  if (status?.phase !== "Pending" || (spec.nodeName ?? "") === "") return false;
  if (metadata.deletionTimestamp !== undefined) return false;
  return (
    referencedObjects(pod).length > 0 ||
    containersOf(pod).some(({ image = "" }) => !usual.test(image) || id.test(image))
  );
}

function required(
  kind: ObjectName["kind"],
  selector: ObjectSelector | undefined,
  keys: readonly (string | undefined)[] = [],
): Reference[] {
  if (selector === undefined || selector.optional === true) return [];
  const { name = "" } = selector;
  if (name === publishedConfigMap) return [];
  return [{ kind, name, keys: keys.filter((key): key is string => key !== undefined) }];
}

function named({ secretName, ...secret }: NonNullable<VolumeSource["secret"]>): ObjectSelector {
  return { ...(secretName !== undefined && { name: secretName }), ...secret };
}

function keysOf(source: Items | undefined): string[] {
  return (source?.items ?? []).map(({ key }) => key);
}
