/** A requirement on an object: a jq expression, and the values that it may have. */
export interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

/** What KWOK does with the objects of a kind that meet all requirements. */
export interface StageSpec {
  readonly name: string;
  readonly kind: "Node" | "Pod";
  readonly matchExpressions: readonly Requirement[];
  /** A template of the object's new status, or its deletion. */
  readonly next: { readonly statusTemplate: string } | { readonly delete: true };
  /** Repeats the stage after a random time between these, milliseconds. Default: it is not repeated. */
  readonly repeatedMs?: { readonly shortest: number; readonly longest: number };
}

/** The Stage object of KWOK. */
export function stage({ name, kind, matchExpressions, next, repeatedMs }: StageSpec): object {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind },
      selector: { matchExpressions },
      next,
      ...(repeatedMs && {
        delay: {
          durationMilliseconds: repeatedMs.shortest,
          jitterDurationMilliseconds: repeatedMs.longest,
        },
        immediateNextStage: true,
      }),
    },
  };
}

/** The phase of a node or pod. */
export function inPhase(phase: string): Requirement {
  return { key: ".status.phase", operator: "In", values: [phase] };
}
