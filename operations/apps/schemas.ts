import { at, list, record } from "../../infra/plan/kubeObject";

/** A JSON schema, or a description by which Kubernetes makes one known. */
export type Schema = Readonly<Record<string, unknown>>;

/** What clusters say of their kinds. */
export interface Descriptions {
  /** `definitions` of the API servers' OpenAPI v2 document. */
  readonly definitions: Readonly<Record<string, Schema>>;
  /** CustomResourceDefinitions. */
  readonly customKinds: readonly unknown[];
}

/** Which objects a schema is for. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * Strict JSON schemas by kind: a field that is not described is a mistake, as it is for a server that is asked to
 * be strict. Rules beyond types (validations in CEL, admission) are not in them.
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

/** Texts in the description that stand for more: servers read numbers there too. */
const loose: Readonly<Record<string, Schema>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": { type: ["string", "number"] },
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": { type: ["string", "integer"] },
};

/**
 * One definition with all that it refers to put in its place.
 *
 * @param above the definitions that this one is within; one that holds itself (JSONSchemaProps) ends in anything.
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
    // Servers take null for "not set", and templates of others write it.
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

/** A CustomResourceDefinition's schema, in which servers drop every field that is not named. */
function structural(written: Schema): Schema {
  const properties = Object.entries(record(written["properties"])).map(
    ([field, value]) => [field, structural(record(value))] as const,
  );
  const others = written["additionalProperties"];
  const open = written["x-kubernetes-preserve-unknown-fields"] === true || others === true;
  const schema: Schema = {
    ...only(written, keptOfCustomKinds),
    ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
    ...(isMap(written["items"]) && { items: structural(record(written["items"])) }),
    ...(isMap(others) && { additionalProperties: structural(record(others)) }),
    ...(written["type"] === "object" && !open && !isMap(others) && { additionalProperties: false }),
  };
  return written["nullable"] === true ? orNull(schema) : schema;
}

/** Metadata is described for every kind in one place, and not again in a custom kind. */
function withEnvelope(schema: Schema, definitions: Descriptions["definitions"]): Schema {
  const envelope = {
    apiVersion: { type: "string" },
    kind: { type: "string" },
    metadata: inlined(definitions, objectMeta, []),
  };
  return { ...schema, properties: { ...record(schema["properties"]), ...envelope } };
}

/** What says something of a value; in `anyOf` and the like it says it without closing an object. */
const keptOfCustomKinds = [
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
