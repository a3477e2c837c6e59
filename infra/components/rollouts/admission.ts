import { record } from "../../plan/kubeObject";
import { type PodTemplate, type RolloutObject, wantedAnnotation } from "./object";
import { asInRegionOf, sameTemplate } from "./templates";

/** One operation of a JSON patch, RFC 6902. */
export type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

const annotationPath = `/metadata/annotations/${escaped(wantedAnnotation)}`;

/**
 * What makes a new Rollout come from the version that the others call stable, and remember what it was asked to be.
 * @param stable Undefined: it starts with what it asks for.
 */
export function pinToStable(
  rollout: RolloutObject,
  stable: PodTemplate | undefined,
): PatchOperation[] {
  const wanted = rollout.spec?.template;
  if (wanted === undefined || stable === undefined || sameTemplate(wanted, stable))
    return forget(rollout);
  return [
    { op: "replace", path: "/spec/template", value: asInRegionOf(wanted, stable) },
    ...remember(rollout, wanted),
  ];
}

/**
 * What a change of a Rollout has to be turned into that came from another version. Karmada writes its own template again
 * whenever it looks, be it a moment after the creation: before Argo Rollouts has taken the first version for the stable one, that
 * would be a first deployment, which takes no steps. Afterwards it is an ordinary new version, and nothing is to be put back.
 */
export function holdPin(before: RolloutObject, after: RolloutObject): PatchOperation[] {
  const remembered = before.metadata.annotations?.[wantedAnnotation];
  const first = before.spec?.template;
  const wanted = after.spec?.template;
  if (remembered === undefined || first === undefined || wanted === undefined) return [];
  // By meaning: Argo Rollouts writes empty fields into the template when it notes a revision.
  if (sameTemplate(first, wanted)) return [];
  if (before.status?.stableRS) return forget(after);
  return [{ op: "replace", path: "/spec/template", value: first }, ...remember(after, wanted)];
}

/**
 * What puts the template back that was asked for, once the version to come from is there; undefined: not yet, or never.
 * It fails where the object has changed since: what is newer than the annotation is never overwritten.
 */
export function releasePin({
  metadata,
  spec,
  status,
}: RolloutObject): readonly PatchOperation[] | undefined {
  const remembered = metadata.annotations?.[wantedAnnotation];
  if (remembered === undefined || metadata.resourceVersion === undefined) return undefined;
  const seen = status?.observedGeneration === `${metadata.generation ?? ""}`;
  const there = !!status?.stableRS && status.stableRS === status.currentPodHash;
  if (!seen || !there || status.phase !== "Healthy") return undefined;
  const wanted = readTemplate(remembered);
  return [
    { op: "test", path: "/metadata/resourceVersion", value: metadata.resourceVersion },
    ...(wanted === undefined || spec?.template === undefined
      ? []
      : [{ op: "replace", path: "/spec/template", value: wanted } as const]),
    { op: "remove", path: annotationPath },
  ];
}

function remember({ metadata }: RolloutObject, wanted: PodTemplate): PatchOperation[] {
  const none: PatchOperation = { op: "add", path: "/metadata/annotations", value: {} };
  return [
    ...(metadata.annotations ? [] : [none]),
    { op: "add", path: annotationPath, value: JSON.stringify(wanted) },
  ];
}

function forget({ metadata }: RolloutObject): PatchOperation[] {
  const remembered = metadata.annotations?.[wantedAnnotation] !== undefined;
  return remembered ? [{ op: "remove", path: annotationPath }] : [];
}

/** Undefined for what is no template: somebody has edited the annotation. */
function readTemplate(text: string): PodTemplate | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return record(found)["spec"] === undefined ? undefined : record(found);
  } catch {
    return undefined;
  }
}

/** A key as one step of a JSON pointer, RFC 6901. */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
