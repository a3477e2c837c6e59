import { at, isWorkload, type KubeObject } from "./kubeObject";

/** Kinds whose deletion also deletes data. */
const dataKinds: readonly string[] = ["PersistentVolumeClaim", "StatefulSet"];

/** Whether deleting an object of this kind also deletes data. */
export function holdsData(kind: string): boolean {
  return dataKinds.includes(kind);
}

/** Annotation that sets Argo CD's sync options for one object. */
export const syncOptionsAnnotation = "argocd.argoproj.io/sync-options";

/** With both options, Argo CD deletes the object only after a person has confirmed it. */
export const confirmed = ["Prune=confirm", "Delete=confirm"] as const;

const waveAnnotation = "argocd.argoproj.io/sync-wave";

/** A diagnostic about one field of one object. */
export interface ObjectDiagnostic {
  readonly object: KubeObject;
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;
  readonly remedy: string;
}

/** Diagnostics about missing data protection and about a wrong order of sync waves. */
export function safetyDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  return [...unconfirmed(objects), ...misordered(objects)];
}

/** Deleting a namespace deletes everything in it. It therefore needs the annotation if any object in it holds data. */
function unconfirmed(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  if (!objects.some(({ kind }) => holdsData(kind))) return [];
  const field = `metadata.annotations[${syncOptionsAnnotation}]`;
  return objects
    .filter(({ kind }) => kind === "Namespace" || holdsData(kind))
    .filter((object) => !confirmed.every((option) => syncOptions(object).includes(option)))
    .map((object) => ({
      object,
      field,
      value: at(object, field),
      expected: `${confirmed.join(",")}, as the app holds data`,
      remedy: "add ../../_platform/data to `components` of the kustomization that lists the claim",
    }));
}

function syncOptions({ metadata }: KubeObject): readonly string[] {
  return (metadata.annotations?.[syncOptionsAnnotation] ?? "").split(",").map((one) => one.trim());
}

/** Kinds that Karmada needs first: without them it places existing objects by another policy, or not at all. */
const earlyKinds: readonly string[] = ["Namespace", "PropagationPolicy", "OverridePolicy"];

/**
 * The Namespace and Karmada's policies sync before workloads. Other objects in earlier waves must not wait for pods, and no object
 * syncs later: Argo CD waits until a wave is healthy and applies no newer commit meanwhile. A bad version never becomes healthy.
 */
function misordered(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  const field = `metadata.annotations[${waveAnnotation}]`;
  const deployed = objects.filter(isWorkload).map(waveOf);
  if (deployed.length === 0) return [];
  const first = Math.min(...deployed);
  const found = (object: KubeObject, expected: string, remedy: string): ObjectDiagnostic[] => [
    { object, field, value: at(object, field), expected, remedy },
  ];
  return objects.flatMap((object) => {
    const wave = waveOf(object);
    if (earlyKinds.includes(object.kind)) {
      if (wave < first) return [];
      const remedy = `set it to "${first - 1}"`;
      return found(object, `a wave before the workload's, which is ${first}`, remedy);
    }
    if (wave > first) {
      const expected = `no wave after the first workload's, which is ${first}`;
      return found(object, expected, "remove it: within a wave routes come last by themselves");
    }
    if (object.kind === "PersistentVolumeClaim" && wave < first) {
      const expected = `the workload's wave, ${first}: a claim is bound when a pod asks for it`;
      return found(object, expected, "remove it");
    }
    return [];
  });
}

/** Same parsing as Argo CD: a value that is not an integer means wave 0. */
function waveOf({ metadata }: KubeObject): number {
  const text = metadata.annotations?.[waveAnnotation] ?? "";
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}
