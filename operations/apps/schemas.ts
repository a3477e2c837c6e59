import { at, list, record } from "../../infra/plan/kubeObject";

/** A JSON schema, or an API description from which Kubernetes publishes one. */
export type Schema = Readonly<Record<string, unknown>>;

/** The API descriptions of all kinds. */
export interface Descriptions {
  /** `definitions` of the API servers' OpenAPI v2 document. */
  readonly definitions: Readonly<Record<string, Schema>>;
  /** CustomResourceDefinitions. */
  readonly customKinds: readonly unknown[];
}

/** The kind of object that a schema describes. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * Strict JSON schemas by kind: an undescribed field is a mistake, as for a server with strict field validation. They omit rules
 * beyond types (validations in CEL, admission).
 */
export function strictSchemas(from: Descriptions): (kind: Kind) => Schema | undefined {
  const makers = new Map<string, () => Schema>();
  for (const [name, definition] of Object.entries(from.definitions)) {
    for (const gvk of list(definition["x-kubernetes-group-version-kind"])) {
      const group = String(at(gvk, "group"));
      const version = String(at(gvk, "version"));
      const apiVersion = group === "" ? version : `${group}/${version}`;
      const key = keyOf({ apiVersion, kind: String(at(gvk, "kind")) });
      makers.set(key, () => inlined(from.definitions, name, []));
    }
  }
  for (const crd of from.customKinds) {
    for (const version of list(at(crd, "spec.versions"))) {
      const apiVersion = `${String(at(crd, "spec.group"))}/${String(at(version, "name"))}`;
      const key = keyOf({ apiVersion, kind: String(at(crd, "spec.names.kind")) });
      const written = record(at(version, "schema.openAPIV3Schema"));
      makers.set(key, () => withEnvelope(structural(written), from.definitions));
    }
  }
  return (kind) => makers.get(keyOf(kind))?.();
}

const keyOf = ({ apiVersion, kind }: Kind): string => `${apiVersion} ${kind}`;

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** Types described as strings for which servers also accept numbers. */
const loose: Readonly<Record<string, Schema>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { type: ["string", "number"] },
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { type: ["string", "integer"] },
};

/**
 * One definition with all references inlined.
 *
 * @param above the enclosing definitions; a recursive one (JSONSchemaProps) accepts anything at the recursion.
 */
function inlined(
  definitions: Descriptions["definitions"],
  name: string,
  above: readonly string[],
): Schema {
  const fixed = loose[name];
  if (fixed !== undefined) return fixed;
  if (above.includes(name)) return {};
  const definition = definitions[name];
  if (definition === undefined) throw new Error(`the description of the API lacks ${name}`);
  return native(definition, definitions, [...above, name]);
}

function native(
  written: Schema,
  definitions: Descriptions["definitions"],
  above: readonly string[],
): Schema {
  const reference = written["$ref"];
  if (typeof reference === "string")
    return inlined(definitions, reference.replace("#/definitions/", ""), above);
  const child = (value: unknown) => native(record(value), definitions, above);
  const required = list(written["required"]);
  const properties = Object.entries(record(written["properties"])).map(([field, value]) => {
    // Servers accept null for "not set", and third-party templates write it.
    const schema = required.includes(field) ? child(value) : orNull(child(value));
    return [field, schema] as const;
  });
  return {
    ...only(written, ["type", "format", "required"]),
    ...(properties.length > 0 && {
      properties: Object.fromEntries(properties),
      additionalProperties: false,
    }),
    ...(isMap(written["items"]) && { items: child(written["items"]) }),
    ...(isMap(written["additionalProperties"]) && {
      additionalProperties: child(written["additionalProperties"]),
    }),
  };
}

/** The schema of a CustomResourceDefinition, in which servers drop every unnamed field. */
function structural(written: Schema): Schema {
  const properties = Object.entries(record(written["properties"])).map(
    ([field, value]) => [field, structural(record(value))] as const,
  );
  const others = written["additionalProperties"];
  const open = written["x-kubernetes-preserve-unknown-fields"] === true || others === true;
  const schema: Schema = {
    ...only(written, customKindKeywords),
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(isMap(written["items"]) && { items: structural(record(written["items"])) }),
    ...(isMap(others) && { additionalProperties: structural(record(others)) }),
    ...(written["type"] === "object" && !open && !isMap(others) && { additionalProperties: false }),
  };
  return written["nullable"] === true ? orNull(schema) : schema;
}

/** The schema of metadata is the same for every kind, and a custom kind does not repeat it. */
function withEnvelope(schema: Schema, definitions: Descriptions["definitions"]): Schema {
  const envelope = {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: inlined(definitions, objectMeta, []),
  };
  return { ...schema, properties: { ...record(schema["properties"]), ...envelope } };
}

/** Keywords that constrain a value; inside `anyOf` and the like they do not close an object. */
const customKindKeywords = [
  ...["type", "format", "required", "enum", "pattern", "anyOf", "oneOf", "allOf", "not"],
  ...["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"],
  ...["minProperties", "maxProperties", "multipleOf"],
];

function only(schema: Schema, keys: readonly string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => keys.includes(key)));
}

function orNull(schema: Schema): Schema {
  const { type, ...rest } = schema;
  if (type === undefined) return schema;
  const types = Array.isArray(type) ? (type as unknown[]) : [type];
  const values = schema["enum"];
  return {
    ...rest,
    type: [...types, "null"],
    ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }),
  };
}

const isMap = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);
