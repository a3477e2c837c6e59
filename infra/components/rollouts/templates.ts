import { list, record } from "../../plan/kubeObject";
import { labelKeys } from "../../plan/names";
import { type PodTemplate, templateHashLabel } from "./object";

/** A region's record of its stable version. */
export interface StableVersion {
  /** Argo Rollouts' hash of the template. It differs between regions, as their labels do. */
  readonly hash: string;
  readonly template: PodTemplate;
  /** Time of the first observation as stable, ISO 8601. */
  readonly at: string;
}

/** Initial version of a region that has no version yet. */
export type BaselineVersion =
  /** No region has a record: the app is new everywhere. */
  | { readonly kind: "none" }
  /** There are records, but none is valid. */
  | { readonly kind: "unreadable" }
  | { readonly kind: "version"; readonly template: PodTemplate };

/** Converts a ReplicaSet's template to one for a Rollout. */
export function plainTemplate(template: PodTemplate): PodTemplate {
  const metadata = omit(template.metadata ?? {}, "creationTimestamp");
  const labels = omit(template.metadata?.labels ?? {}, templateHashLabel);
  return { ...template, metadata: { ...metadata, labels } };
}

/** The template with the region label of `wanted`, which Karmada adds to each region's copy. */
export function asInRegionOf(wanted: PodTemplate, template: PodTemplate): PodTemplate {
  const others = omit(template.metadata?.labels ?? {}, labelKeys.region);
  const own = wanted.metadata?.labels?.[labelKeys.region];
  const labels = own === undefined ? others : { ...others, [labelKeys.region]: own };
  return { ...template, metadata: { ...template.metadata, labels } };
}

/**
 * Selects the version that most regions run. With equal counts, the newest.
 * @param said JSON of `StableVersion`, by region. The calling region's record counts too: it may have returned empty.
 */
export function versionToComeFrom(said: Readonly<Record<string, string>>): BaselineVersion {
  const regions = Object.keys(said).sort();
  if (regions.length === 0) return { kind: "none" };
  const votes = new Map<string, { count: number; newest: number; template: PodTemplate }>();
  for (const region of regions) {
    const version = readStable(said[region] ?? "");
    if (version === undefined) continue;
    const key = meaningOf(version.template);
    const at = Date.parse(version.at) || 0;
    const vote = votes.get(key) ?? { count: 0, newest: at, template: version.template };
    votes.set(key, { ...vote, count: vote.count + 1, newest: Math.max(vote.newest, at) });
  }
  const [best] = [...votes.values()].sort((a, b) => b.count - a.count || b.newest - a.newest);
  return best === undefined ? { kind: "unreadable" } : { kind: "version", template: best.template };
}

/** Parses one region's record; undefined if it is invalid. */
export function readStable(text: string): StableVersion | undefined {
  try {
    const { hash, template, at } = record(JSON.parse(text));
    if (typeof hash !== "string" || typeof at !== "string") return undefined;
    if (list(record(record(template)["spec"])["containers"]).length === 0) return undefined;
    return { hash, at, template: template as PodTemplate };
  } catch {
    return undefined;
  }
}

/** Whether two templates are equivalent, regardless of the API server's defaults and of the region. */
export function sameTemplate(one: PodTemplate, other: PodTemplate): boolean {
  return meaningOf(one) === meaningOf(other);
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Canonical text of a template. An unknown default makes equivalent templates differ: then a region is pinned to the template that
 * is already its desired one, which Argo Rollouts detects. Different templates never compare as equal.
 */
function meaningOf(template: PodTemplate): string {
  const { metadata } = plainTemplate(template);
  const labels = omit(metadata?.labels ?? {}, labelKeys.region);
  const pod = record(template["spec"]);
  const plain = {
    ...without(pod, podDefaults),
    // The deprecated alias of the same field; the API server writes both.
    serviceAccount: pod["serviceAccountName"] ?? pod["serviceAccount"],
    serviceAccountName: undefined,
    containers: list(pod["containers"]).map(plainContainer),
    initContainers: list(pod["initContainers"]).map(plainContainer),
    volumes: list(pod["volumes"]).map(plainVolume),
  };
  return JSON.stringify(ordered({ metadata: { ...metadata, labels }, spec: plain }));
}

const podDefaults: Fields = {
  restartPolicy: "Always",
  dnsPolicy: "ClusterFirst",
  schedulerName: "default-scheduler",
  terminationGracePeriodSeconds: 30,
  securityContext: {},
};
const containerDefaults: Fields = {
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  resources: {},
};
const probeDefaults: Fields = {
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};
const probes = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

function plainContainer(container: unknown): Fields {
  const fields = record(container);
  // The API server's default: an image without tag and digest, or with the tag latest, is always pulled.
  const image = typeof fields["image"] === "string" ? fields["image"] : "";
  const latest = /:latest$/.test(image) || !/[:@][^/]*$/.test(image);
  const imagePullPolicy = latest ? "Always" : "IfNotPresent";
  const given = probes.filter((probe) => fields[probe] !== undefined);
  return {
    ...without(fields, { ...containerDefaults, imagePullPolicy }),
    ports: list(fields["ports"]).map((port) => without(record(port), { protocol: "TCP" })),
    env: list(fields["env"]).map(plainVariable),
    ...Object.fromEntries(given.map((probe) => [probe, plainProbe(fields[probe])])),
  };
}

function plainProbe(probe: unknown): Fields {
  const fields = record(probe);
  const httpGet = fields["httpGet"] && without(record(fields["httpGet"]), { scheme: "HTTP" });
  return { ...without(fields, probeDefaults), httpGet };
}

function plainVariable(variable: unknown): Fields {
  const fields = record(variable);
  const from = record(fields["valueFrom"]);
  if (from["fieldRef"] === undefined) return fields;
  const fieldRef = without(record(from["fieldRef"]), { apiVersion: "v1" });
  return { ...fields, valueFrom: { ...from, fieldRef } };
}

function plainVolume(volume: unknown): Fields {
  const fields = Object.entries(record(volume)).map(([field, value]) => [
    field,
    field === "name" ? value : without(record(value), { defaultMode: 420 }),
  ]);
  return Object.fromEntries(fields) as Fields;
}

function omit<T>(fields: Readonly<Record<string, T>>, field: string): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter(([one]) => one !== field));
}

/** Omits fields that equal their default. */
function without(fields: Fields, defaults: Fields): Fields {
  const text = (value: unknown) => JSON.stringify(ordered(value));
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([field, value]) => !(field in defaults) || text(value) !== text(defaults[field]),
    ),
  );
}

/** Sorts fields by name, so that equal objects have equal text. null equals absent. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value ?? undefined;
  const fields = Object.entries(value).filter(([, one]) => one !== undefined && one !== null);
  return Object.fromEntries(
    fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, one]) => [field, ordered(one)]),
  );
}
