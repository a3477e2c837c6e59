/** A Kubernetes object rendered by an external tool. Only the envelope is guaranteed to exist. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Whether a parsed document has the envelope. */
export function isKubeObject(value: unknown): value is KubeObject {
  const texts = ["apiVersion", "kind", "metadata.name"].map((field) => at(value, field));
  return texts.every((text) => typeof text === "string");
}

/**
 * Returns the value at a path such as `spec.containers[0].name` or `metadata.labels[example.org/key]`, or undefined. Never throws:
 * a string in place of a map has no fields.
 */
export function at(value: unknown, path: string): unknown {
  const steps = path.match(/(?<=\[)[^\]]+|[^.[\]]+(?![^[]*\])/g) ?? [];
  return steps.reduce<unknown>((owner, step) => {
    if (typeof owner !== "object" || owner === null || !Object.hasOwn(owner, step))
      return undefined;
    return (owner as Record<string, unknown>)[step];
  }, value);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap ? (value as Record<string, unknown>) : {};
}

/** Whether a label selector matches. An empty one matches everything, an absent one nothing. */
export function selects(selector: unknown, labels: unknown): boolean {
  if (selector === undefined || selector === null) return false;
  const has = record(labels);
  const pairs = Object.entries(record(at(selector, "matchLabels")));
  const expressions = list(at(selector, "matchExpressions"));
  return (
    pairs.every(([key, value]) => has[key] === value) &&
    expressions.every((expression) => satisfies(expression, has))
  );
}

function satisfies(expression: unknown, labels: Readonly<Record<string, unknown>>): boolean {
  const value = labels[String(at(expression, "key"))];
  const values = list(at(expression, "values"));
  switch (at(expression, "operator")) {
    case "In":
      return values.includes(value);
    case "NotIn":
      return !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}

/** Kinds that run replicas of an app. An Argo Rollout has a Deployment's fields, and steps. */
const workloadKinds: readonly string[] = ["Deployment", "Rollout"];

/** Whether an object runs replicas of an app. */
export function isWorkload({ kind }: Pick<KubeObject, "kind">): boolean {
  return workloadKinds.includes(kind);
}
