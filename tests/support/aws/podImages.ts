import * as fs from "node:fs";
import * as path from "node:path";
import { instructions } from "../../../ci/dockerfile";
import { imageFacts, type ImageFacts, repositoryOf } from "../../../infra/catalog/imageFacts";
import { platformImages } from "../../../infra/config/reserved";
import { at, list } from "../../../infra/plan/kubeObject";
import { lacksUser, numericUser, security } from "../../../infra/plan/podImages";
import type { Registered } from "../engine";

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

/** A pod's spec inside the inputs of a resource. */
export interface FoundPod {
  /** "type name path". */
  readonly place: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * Every pod that the program renders: specs of workloads, and values of charts, whose security context of the pod has a name of
 * its own.
 */
export function podsOf(registered: readonly Registered[]): FoundPod[] {
  return registered.flatMap(({ id, inputs }) => podsIn(inputs, id));
}

function podsIn(value: unknown, place: string): FoundPod[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => podsIn(one, `${place}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  const fields = value as Record<string, unknown>;
  const isPod = ["containers", "initContainers"].some((kind) => hasImages(fields[kind]));
  const securityContext = fields["podSecurityContext"] ?? fields["securityContext"];
  return [
    ...(isPod ? [{ place, spec: { ...fields, securityContext } }] : []),
    ...Object.entries(fields).flatMap(([key, one]) => podsIn(one, `${place}.${key}`)),
  ];
}

function hasImages(containers: unknown): boolean {
  return Array.isArray(containers) && containers.some((one: object) => "image" in one);
}

/** Facts of any image that the platform runs: of the catalog, or of the Dockerfile of one of its own. */
export function factsOf(image: string): ImageFacts | undefined {
  const name = repositoryOf(image).split("/").at(-1) ?? "";
  return platformImages.includes(name) ? ownFacts(name) : imageFacts(image);
}

function ownFacts(name: string): ImageFacts {
  const file = path.join(__dirname, "../../../services", name, "Dockerfile");
  const text = fs.readFileSync(file, "utf8");
  const last = (keyword: string) => instructions({ text }, keyword).at(-1)?.value ?? "";
  return {
    user: last("USER"),
    start: JSON.parse(last("ENTRYPOINT")) as string[],
    // images:build makes both.
    architectures: ["amd64", "arm64"],
  };
}

/** Containers that the kubelet would not start on nodes of these architectures. */
export function podsThatDoNotStart(
  registered: readonly Registered[],
  architectures: readonly string[],
): string[] {
  return podsOf(registered).flatMap(({ place, spec }) =>
    podImageDiagnostics(spec, { architectures, factsOf }).map(
      ({ field, value, expected }) => `${place}.${field}: ${String(value)}, not ${expected}`,
    ),
  );
}
