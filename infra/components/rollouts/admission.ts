import { record } from "../../plan/kubeObject";
import { type PodTemplate, type RolloutObject, wantedAnnotation } from "./object";
import { asInRegionOf, sameTemplate } from "./templates";

/** One operation of a JSON patch, RFC 6902. */
export type PatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

const annotationPath = `/metadata/annotations/${escaped(wantedAnnotation)}`;

/**
 * Patch that makes a new Rollout start with the stable version of the other regions and stores its desired template.
 * @param stable Undefined: it starts with its desired template.
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
 * Patch for a change of a pinned Rollout. Karmada writes the desired template again at each reconciliation, even a moment after
 * the creation. Before Argo Rollouts has recorded the first version as stable, that would be an initial deployment, which has no
 * steps. Afterwards it is an ordinary new version, and the pin is removed.
 */
export function holdPin(before: RolloutObject, after: RolloutObject): PatchOperation[] {
  const remembered = before.metadata.annotations?.[wantedAnnotation];
  const first = before.spec?.template;
  const wanted = after.spec?.template;
  if (remembered === undefined || first === undefined || wanted === undefined) return [];
  // Semantic comparison: Argo Rollouts writes empty fields into the template when it records a revision.
  if (sameTemplate(first, wanted)) return [];
  if (before.status?.stableRS) return forget(after);
  return [{ op: "replace", path: "/spec/template", value: first }, ...remember(after, wanted)];
}

/**
 * Patch that restores the desired template once the stable version is available; undefined: not yet, or no pin. The patch fails if
 * the object has changed since: it never overwrites a change that is newer than the annotation.
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

/** Parses the annotation; undefined if it is no template, as after a manual edit. */
function readTemplate(text: string): PodTemplate | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return record(found)["spec"] === undefined ? undefined : record(found);
  } catch {
    return undefined;
  }
}

/** Escapes a key as one token of a JSON pointer, RFC 6901. */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
