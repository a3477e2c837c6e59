import { at, isWorkload, type KubeObject } from "./kubeObject";

/** Kinds whose removal takes data along. */
const dataKinds: readonly string[] = ["PersistentVolumeClaim", "StatefulSet"];

/** Whether a kind holds data that its removal would take along. */
export function holdsData(kind: string): boolean {
  return dataKinds.includes(kind);
}

/** Annotation by which Argo CD is told how to treat one object. */
export const syncOptionsAnnotation = "argocd.argoproj.io/sync-options";

/** With both, Argo CD removes the object only after a person has confirmed it. */
export const confirmed = ["Prune=confirm", "Delete=confirm"] as const;

const waveAnnotation = "argocd.argoproj.io/sync-wave";

/** What is wrong with one field of one object. */
export interface ObjectDiagnostic {
  readonly object: KubeObject;
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;
  readonly remedy: string;
}

/** What an app lacks for its data to be safe, and for its parts to come in a good order. */
export function safetyDiagnostics(objects: readonly KubeObject[]): ObjectDiagnostic[] {
  return [...unconfirmed(objects), ...misordered(objects)];
}

/** A namespace takes all that is in it along, so it counts where anything in it does. */
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

/** Kinds without which Karmada would place what is already there by another policy, or not at all. */
const earlyKinds: readonly string[] = ["Namespace", "PropagationPolicy", "OverridePolicy"];

/**
 * Namespace and Karmada's policies come before workloads. Whatever else comes before them must never wait for pods, and nothing
 * comes after: Argo CD waits for the health of a wave, and takes no newer commit meanwhile. A bad version never becomes healthy.
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

/** As Argo CD reads it: what is no whole number is wave 0. */
function waveOf({ metadata }: KubeObject): number {
  const text = metadata.annotations?.[waveAnnotation] ?? "";
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}
