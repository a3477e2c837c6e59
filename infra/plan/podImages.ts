import { hasNumericUser, type ImageFacts } from "../catalog/imageFacts";
import { at, list } from "./kubeObject";

/** A container that the kubelet would not start. */
export interface PodImageDiagnostic {
  /** Field, relative to the pod's spec. */
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;
}

export interface PodImageArgs {
  /** Architectures of the nodes that may run the pod. */
  readonly architectures: readonly string[];
  /** Facts of an image by its reference; undefined: unknown. */
  readonly factsOf: (image: string) => ImageFacts | undefined;
}

/**
 * Holds a pod's spec against the declarations of its images: user, command and architectures.
 * @returns every container that the kubelet would not start, and every image without facts.
 */
export function podImageDiagnostics(spec: unknown, args: PodImageArgs): PodImageDiagnostic[] {
  return ["initContainers", "containers"].flatMap((kind) =>
    list(at(spec, kind)).flatMap((container, index) =>
      containerDiagnostics(spec, container, args).map(({ field, ...rest }) => ({
        field: `${kind}[${index}].${field}`,
        ...rest,
      })),
    ),
  );
}

function containerDiagnostics(
  spec: unknown,
  container: unknown,
  { architectures, factsOf }: PodImageArgs,
): PodImageDiagnostic[] {
  const image = at(container, "image");
  const facts = factsOf(String(image));
  if (facts === undefined)
    return [
      { field: "image", value: image, expected: "an image in infra/catalog/imageFacts.json" },
    ];
  const missing = architectures.filter((one) => !facts.architectures.includes(one));
  const starts = list(at(container, "command")).length > 0 || facts.start.length > 0;
  return [
    ...(lacksUser(spec, container, facts)
      ? [
          {
            field: "securityContext.runAsUser",
            value: security(spec, container, "runAsUser"),
            expected: numericUser(facts),
          },
        ]
      : []),
    ...(starts
      ? []
      : [{ field: "command", value: undefined, expected: "a command: the image has none" }]),
    ...missing.map((one) => ({ field: "image", value: image, expected: `an image for ${one}` })),
  ];
}

/**
 * Whether the kubelet refuses a container because it cannot verify that its user is not root: `runAsNonRoot` without `runAsUser`,
 * and an image whose user is root or a name.
 */
export function lacksUser(spec: unknown, container: unknown, facts: ImageFacts): boolean {
  if (security(spec, container, "runAsNonRoot") !== true) return false;
  return security(spec, container, "runAsUser") === undefined && !hasNumericUser(facts);
}

/** The expected value of `runAsUser`, with the reason. */
export function numericUser({ user }: Pick<ImageFacts, "user">): string {
  return `a number above 0: the image's user is ${user === "" ? "root" : `the name ${user}`}`;
}

/** The container's own value, or the pod's. */
function security(spec: unknown, container: unknown, field: string): unknown {
  return at(container, `securityContext.${field}`) ?? at(spec, `securityContext.${field}`);
}
