import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { Diagnostic } from "../../infra/config/types";
import { at, type KubeObject } from "../../infra/plan/kubeObject";
import { strictSchemas, type Descriptions } from "./schemas";

/** A group of objects, and the path by which diagnostics name it. */
export interface Rendered {
  /** E.g. "apps/orders/overlays/local". */
  readonly path: string;
  readonly objects: readonly KubeObject[];
}

/**
 * Validates objects against the schemas of the pinned versions, as a server with strict field validation does: with Ajv,
 * without the network.
 *
 * @returns a function that returns every mistake, in the order of the objects; within an object sorted by field. It compiles the
 *   validator of each kind once.
 */
export function conformer(
  descriptions: Descriptions,
): (rendered: readonly Rendered[]) => Diagnostic[] {
  const validatorOf = validators(descriptions);
  return (rendered) =>
    rendered.flatMap(({ path, objects }) =>
      objects.flatMap((object) => diagnosticsOf(validatorOf(object), object, path)),
    );
}

/** A validator for each kind, compiled for the first object of the kind. */
function validators(descriptions: Descriptions) {
  const schemaOf = strictSchemas(descriptions);
  const ajv = new Ajv({
    ...{ allErrors: true, logger: false },
    // Kubernetes' formats (int-or-string, quantity …) and keywords are not Ajv's. No server validates string formats here.
    ...{ strict: false, validateFormats: false },
    // Each validator runs for a few objects: to optimize its code takes longer than to run it.
    code: { optimize: false },
  });
  const compiled = new Map<string, ValidateFunction | undefined>();
  return (object: KubeObject): ValidateFunction | undefined => {
    const key = `${object.apiVersion} ${object.kind}`;
    if (!compiled.has(key)) {
      const schema = schemaOf(object);
      compiled.set(key, schema && ajv.compile(schema));
    }
    return compiled.get(key);
  };
}

function diagnosticsOf(
  validate: ValidateFunction | undefined,
  object: KubeObject,
  path: string,
): Diagnostic[] {
  const place = `${path}: ${nameOf(object)}`;
  if (validate === undefined) {
    const value = `${object.apiVersion} ${object.kind}`;
    const expected = "a kind of the pinned Kubernetes, Argo CD, Karmada or Traefik";
    return [{ path: place, value, expected, remedy: "correct `apiVersion` and `kind`" }];
  }
  // JSON has no `undefined`: an undefined field is absent.
  if (validate(JSON.parse(JSON.stringify(object)))) return [];
  const found = new Map<string, Diagnostic>();
  for (const { field, expected, remedy } of (validate.errors ?? []).flatMap(fieldOfError)) {
    const value = printed(at(object, field));
    found.set(`${field} ${expected}`, { path: `${place} ${field}`, value, expected, remedy });
  }
  return [...found.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

interface FieldDiagnostic {
  readonly field: string;
  readonly expected: string;
  readonly remedy: string;
}

/** Empty for an error that only summarizes those of its branches. */
function fieldOfError({ instancePath, keyword, message, params }: ErrorObject): FieldDiagnostic[] {
  const owner = fieldOf(instancePath);
  const of = params as Readonly<Record<string, unknown>>;
  // If two branches of `oneOf` match, no branch has an error of its own.
  if (keyword === "anyOf" || (keyword === "oneOf" && of["passingSchemas"] === null)) return [];
  switch (keyword) {
    case "additionalProperties":
      return [
        {
          field: joined(owner, String(of["additionalProperty"])),
          expected: "a field that the kind has there",
          remedy: "correct the field's name, or remove it",
        },
      ];
    case "required":
      return [
        {
          field: joined(owner, String(of["missingProperty"])),
          expected: "a value",
          remedy: "add the field",
        },
      ];
    case "type":
      return [
        { field: owner, expected: [of["type"]].flat().join(" or "), remedy: "correct the value" },
      ];
    case "enum":
      return [
        {
          field: owner,
          expected: `one of ${(of["allowedValues"] as unknown[]).map(printed).join(", ")}`,
          remedy: "correct the value",
        },
      ];
    default:
      return [{ field: owner, expected: message ?? keyword, remedy: "correct the value" }];
  }
}

/** "/spec/ports/0" in the notation of `at`: "spec.ports[0]". */
function fieldOf(pointer: string): string {
  const steps = pointer.split("/").slice(1);
  return steps
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((path, step) => joined(path, step), "");
}

function joined(owner: string, step: string): string {
  if (/^\d+$/.test(step) || /[./]/.test(step)) return `${owner}[${step}]`;
  return owner === "" ? step : `${owner}.${step}`;
}

const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`;

function printed(value: unknown): string {
  return value === undefined ? "(missing)" : (JSON.stringify(value) ?? "");
}
