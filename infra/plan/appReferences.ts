import { platformObjects } from "../components/registry";
import type { ObjectDiagnostic } from "./appSafety";
import { at, isWorkload, list, record, selects, type KubeObject } from "./kubeObject";

const podPath = "spec.template.spec";

/** Objects that a cluster or a component of the platform creates in an app's namespace. */
const notOfApp: readonly string[] = [
  "ServiceAccount/default",
  ...["kube-root-ca.crt", ...platformObjects].map((name) => `ConfigMap/${name}`),
];

/** A reference to an object of the app's namespace. */
interface Reference {
  /** Place of the name in the workload. */
  readonly field: string;
  readonly kind: "ConfigMap" | "ServiceAccount" | "PersistentVolumeClaim";
  readonly name: unknown;
  /** Key that the object must have. Default: none. */
  readonly key?: string;
}

/**
 * Diagnostics of names that nothing in the app has. A server accepts them: the object could be created later. References that say
 * `optional: true` are exempt, and so are Secrets, which are never in git.
 */
export function referenceDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  return [
    ...objects
      .filter(isWorkload)
      .flatMap((one) => [
        ...referencesOf(one).flatMap((reference) => unresolved(one, reference, objects)),
        ...probePorts(one),
      ]),
    ...objects.filter(({ kind }) => kind === "Service").flatMap((one) => service(one, objects)),
  ];
}

function unresolved(
  object: KubeObject,
  { field, kind, name, key }: Reference,
  objects: readonly KubeObject[],
): ObjectDiagnostic[] {
  if (typeof name !== "string" || notOfApp.includes(`${kind}/${name}`)) return [];
  const found = objects.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) {
    const names = objects.filter((one) => one.kind === kind).map((one) => one.metadata.name);
    const expected =
      names.length === 0 ? `a ${kind} of this app, which has none` : `one of ${names.join(", ")}`;
    const remedy = `add the ${kind}, or correct the name`;
    return [{ object, field, value: name, expected, remedy }];
  }
  if (key === undefined) return [];
  const keys = ["data", "binaryData"].flatMap((part) => Object.keys(record(found[part])));
  if (keys.includes(key)) return [];
  const expected = `a key of ${kind} ${name}: ${keys.join(", ") || "it has none"}`;
  const ofKey = field.replace(/name$/, "key");
  return [{ object, field: ofKey, value: key, expected, remedy: "add the key, or correct it" }];
}

function referencesOf(workload: KubeObject): Reference[] {
  const pod = at(workload, podPath);
  return [
    {
      field: `${podPath}.serviceAccountName`,
      kind: "ServiceAccount",
      name: at(pod, "serviceAccountName"),
    },
    ...list(at(pod, "volumes")).flatMap((volume, index) =>
      ofVolume(volume, `${podPath}.volumes[${index}]`),
    ),
    ...containersOf(workload).flatMap(({ container, field }) => ofContainer(container, field)),
  ];
}

function ofVolume(volume: unknown, field: string): Reference[] {
  return [
    ...configMap(volume, field, "configMap"),
    ...list(at(volume, "projected.sources")).flatMap((source, index) =>
      configMap(source, `${field}.projected.sources[${index}]`, "configMap"),
    ),
    {
      field: `${field}.persistentVolumeClaim.claimName`,
      kind: "PersistentVolumeClaim",
      name: at(volume, "persistentVolumeClaim.claimName"),
    },
  ];
}

function ofContainer(container: unknown, field: string): Reference[] {
  return [
    ...list(at(container, "envFrom")).flatMap((source, index) =>
      configMap(source, `${field}.envFrom[${index}]`, "configMapRef"),
    ),
    ...list(at(container, "env")).flatMap((variable, index) =>
      configMap(variable, `${field}.env[${index}]`, "valueFrom.configMapKeyRef", "key"),
    ),
  ];
}

/** A reference to a ConfigMap, unless it is optional. */
function configMap(owner: unknown, field: string, place: string, key?: string): Reference[] {
  const reference = at(owner, place);
  if (reference === undefined || at(reference, "optional") === true) return [];
  return [
    {
      field: `${field}.${place}.name`,
      kind: "ConfigMap",
      name: at(reference, "name"),
      ...(key !== undefined && { key: String(at(reference, key)) }),
    },
  ];
}

interface Place {
  readonly container: unknown;
  readonly field: string;
}

function containersOf(workload: KubeObject): Place[] {
  return ["initContainers", "containers"].flatMap((kind) =>
    list(at(workload, `${podPath}.${kind}`)).map((container, index) => ({
      container,
      field: `${podPath}.${kind}[${index}]`,
    })),
  );
}

/** Places of a port's name in a container: a server accepts a name that none of its ports has. */
const portPlaces = ["startupProbe", "readinessProbe", "livenessProbe"]
  .concat(["lifecycle.postStart", "lifecycle.preStop"])
  .flatMap((owner) => [`${owner}.httpGet.port`, `${owner}.tcpSocket.port`]);

function probePorts(workload: KubeObject): ObjectDiagnostic[] {
  return containersOf(workload).flatMap(({ container, field }) => {
    const names = portNames(container);
    return portPlaces
      .map((place) => ({ place, value: at(container, place) }))
      .filter(({ value }) => typeof value === "string" && !names.includes(value))
      .map(({ place, value }) => ({
        ...{ object: workload, field: `${field}.${place}`, value },
        expected: portsOf(names, "of this container"),
        remedy: "name the port in the container's `ports`, or correct the name",
      }));
  });
}

function service(object: KubeObject, objects: readonly KubeObject[]): ObjectDiagnostic[] {
  const selector = at(object, "spec.selector");
  // Without one, somebody else writes the addresses.
  if (selector === undefined) return [];
  const served = objects.filter(
    (one) =>
      isWorkload(one) &&
      selects({ matchLabels: selector }, at(one, "spec.template.metadata.labels")),
  );
  if (served.length === 0) {
    const expected = "labels of the pods of a workload of this app";
    const remedy = "write the labels that the workload's template has";
    return [{ object, field: "spec.selector", value: selector, expected, remedy }];
  }
  const names = served.flatMap(containersOf).flatMap(({ container }) => portNames(container));
  return list(at(object, "spec.ports")).flatMap((port, index) => {
    const value = at(port, "targetPort");
    if (typeof value !== "string" || names.includes(value)) return [];
    const expected = portsOf(names, "of the pods that it selects");
    const remedy = "name the port in the container's `ports`, or correct the name";
    return [{ object, field: `spec.ports[${index}].targetPort`, value, expected, remedy }];
  });
}

function portNames(container: unknown): string[] {
  return list(at(container, "ports")).flatMap((port) => {
    const name = at(port, "name");
    return typeof name === "string" ? [name] : [];
  });
}

function portsOf(names: readonly string[], whose: string): string {
  return names.length === 0
    ? `the name of a port ${whose}: none has one`
    : `one of ${[...new Set(names)].join(", ")}`;
}
