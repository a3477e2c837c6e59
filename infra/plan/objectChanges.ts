import { at, record, type KubeObject } from "./kubeObject";

/** One step of a path: a field, a list index, or a list element that is identified by a field. */
export type Step = string | number | { readonly key: string; readonly value: string };

/** A value that differs between the sides. If a side lacks the field, its property is absent, not undefined. */
export interface ValueChange {
  readonly path: readonly Step[];
  readonly before?: unknown;
  readonly after?: unknown;
}

/** An object that differs between the sides. No field contains a value of a Secret. */
export interface ObjectChange {
  /** "Deployment/storefront", without the suffix that kustomize derives from the content. */
  readonly id: string;
  readonly before?: KubeObject;
  readonly after?: KubeObject;
  /** Empty for an object that exists on one side only. */
  readonly changes: readonly ValueChange[];
}

/** All objects that differ, sorted by kind and name. */
export function objectChanges(
  before: readonly KubeObject[],
  after: readonly KubeObject[],
): ObjectChange[] {
  const pairs = pairsOf(before, after);
  const renamed = { before: new Map<string, string>(), after: new Map<string, string>() };
  for (const { name, before, after } of pairs) {
    if (before !== undefined && after !== undefined) {
      renamed.before.set(before.metadata.name, name);
      renamed.after.set(after.metadata.name, name);
    }
  }
  return pairs
    .map((pair) => changeOf(pair, renamed))
    .filter((change) => change !== undefined)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

interface Pair {
  readonly name: string;
  readonly before?: KubeObject;
  readonly after?: KubeObject;
}

/** Names mapped to their stems without the generated suffix, for each side. */
type Renamed = Readonly<Record<"before" | "after", ReadonlyMap<string, string>>>;

function changeOf(pair: Pair, renamed: Renamed): ObjectChange | undefined {
  const { name } = pair;
  const { before, after } = masked(pair.before, pair.after);
  const id = `${(after ?? before)?.kind}/${name}`;
  if (before === undefined || after === undefined)
    return { id, ...(before && { before }), ...(after && { after }), changes: [] };
  const found = valueChanges(replaced(before, renamed.before), replaced(after, renamed.after));
  // Changed content changes the generated name, also in references to it; that is not a change of its own.
  if (found.length > 0) return { id, before, after, changes: found };
  const whole = name === before.metadata.name ? [] : valueChanges(before, after);
  return whole.length === 0 ? undefined : { id, before, after, changes: whole };
}

/** Pairs the objects of both sides by kind and name, then by the stem before a generated suffix. */
function pairsOf(before: readonly KubeObject[], after: readonly KubeObject[]): Pair[] {
  const [old, now] = [byIdentity(before), byIdentity(after)];
  const both = [...old].flatMap(([id, object]) => {
    const other = now.get(id);
    return other ? [{ name: object.metadata.name, before: object, after: other }] : [];
  });
  const gone = [...old].filter(([id]) => !now.has(id)).map(([, object]) => object);
  const come = [...now].filter(([id]) => !old.has(id)).map(([, object]) => object);
  const generated = gone.flatMap((object) => {
    const stem = stemOf(object);
    const same = (one: KubeObject) =>
      stem !== undefined && stemOf(one) === stem && identityOf(one, "") === identityOf(object, "");
    const [other, another] = come.filter(same);
    const alone = gone.filter(same).length === 1 && another === undefined;
    return stem !== undefined && other !== undefined && alone
      ? [{ name: stem, before: object, after: other }]
      : [];
  });
  const paired = new Set(generated.flatMap((pair) => [pair.before, pair.after]));
  return [
    ...both,
    ...generated,
    ...gone
      .filter((one) => !paired.has(one))
      .map((one) => ({ name: one.metadata.name, before: one })),
    ...come
      .filter((one) => !paired.has(one))
      .map((one) => ({ name: one.metadata.name, after: one })),
  ];
}

function byIdentity(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  return new Map(objects.map((object) => [identityOf(object), object]));
}

/** An object's identity does not include the API version. */
function identityOf({ apiVersion, kind, metadata }: KubeObject, name = metadata.name): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  return JSON.stringify([group, kind, metadata.namespace ?? "", name]);
}

/** "settings" for "settings-hfdt6fgt27", the form that kustomize's generators use; undefined if not generated. */
function stemOf({ kind, metadata }: KubeObject): string | undefined {
  if (kind !== "ConfigMap" && kind !== "Secret") return undefined;
  return /^(.+)-[2456789bcdfghkmt]{10}$/.exec(metadata.name)?.[1];
}

function replaced<T>(value: T, names: ReadonlyMap<string, string>): T {
  const walk = (one: unknown): unknown => {
    if (typeof one === "string") return names.get(one) ?? one;
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(value) as T;
}

const notShown = "(not shown)";

/** Both sides of a Secret with masked values; the masks still show whether a value differs. */
function masked(before?: KubeObject, after?: KubeObject): Omit<Pair, "name"> {
  if ((before ?? after)?.kind !== "Secret")
    return { ...(before && { before }), ...(after && { after }) };
  return {
    ...(before && { before: withoutValues(before) }),
    ...(after && { after: withoutValues(after, before) }),
  };
}

function withoutValues(secret: KubeObject, other?: KubeObject): KubeObject {
  const hidden = (path: string) => {
    const value = at(secret, path);
    const old = at(other, path);
    const mask = (one: unknown, its: unknown) =>
      its === undefined || JSON.stringify(one) === JSON.stringify(its)
        ? notShown
        : "(not shown, another)";
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return mask(value, old);
    const keys = Object.entries(value).map(([key, one]) => [key, mask(one, record(old)[key])]);
    return Object.fromEntries(keys) as Record<string, string>;
  };
  const fields = ["data", "stringData"].filter((field) => secret[field] !== undefined);
  // kubectl's last-applied annotation contains the whole object, including the values.
  const { annotations, ...metadata } = secret.metadata;
  const kept = Object.entries(annotations ?? {}).filter(
    ([name]) => name !== "kubectl.kubernetes.io/last-applied-configuration",
  );
  return {
    ...secret,
    metadata: { ...metadata, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) },
    ...Object.fromEntries(fields.map((field) => [field, hidden(field)])),
  };
}

/** Lists whose elements Kubernetes identifies by a field; their order is not significant. */
const keyOfList: ReadonlyMap<string, string> = new Map([
  ["containers", "name"],
  ["initContainers", "name"],
  ["ephemeralContainers", "name"],
  ["env", "name"],
  ["ports", "name"],
  ["volumes", "name"],
  ["volumeMounts", "mountPath"],
  ["imagePullSecrets", "name"],
  ["topologySpreadConstraints", "topologyKey"],
]);

/** All values that differ. A subtree that exists on one side only is reported as a whole. */
export function valueChanges(
  before: unknown,
  after: unknown,
  path: readonly Step[] = [],
): ValueChange[] {
  if (isMap(before) && isMap(after)) return ofMaps(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, path);
  return Object.is(before, after) ? [] : [{ path, before, after }];
}

function ofMaps(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: readonly Step[],
): ValueChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const here = [...path, key];
    const [old, now] = [before[key], after[key]];
    // A keyed list that was added or removed is reported element by element.
    if (!Object.hasOwn(after, key))
      return isKeyed(old, key) ? valueChanges(old, [], here) : [{ path: here, before: old }];
    if (!Object.hasOwn(before, key))
      return isKeyed(now, key) ? valueChanges([], now, here) : [{ path: here, after: now }];
    return valueChanges(old, now, here);
  });
}

function ofLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: readonly Step[],
): ValueChange[] {
  const field = path.at(-1);
  const key = typeof field === "string" ? keyOfList.get(field) : undefined;
  const old = key === undefined ? undefined : byKey(before, key);
  const now = key === undefined ? undefined : byKey(after, key);
  if (key !== undefined && old !== undefined && now !== undefined) {
    const names = [...new Set([...old.keys(), ...now.keys()])];
    const found = names.flatMap((value) => {
      const here = [...path, { key, value }];
      if (!now.has(value)) return [{ path: here, before: old.get(value) }];
      if (!old.has(value)) return [{ path: here, after: now.get(value) }];
      return valueChanges(old.get(value), now.get(value), here);
    });
    return field === "initContainers" ? [...found, ...orderChange(old, now, path)] : found;
  }
  if (![...before, ...after].some((one) => typeof one === "object" && one !== null)) {
    const same =
      before.length === after.length && before.every((one, i) => Object.is(one, after[i]));
    return same ? [] : [{ path, before, after }];
  }
  const gone = beyond(before, after);
  const come = beyond(after, before);
  if ((come.length === 0) !== (gone.length === 0) && rest(before, gone) === rest(after, come))
    return [
      ...gone.map((place) => ({ path: [...path, place], before: before[place] })),
      ...come.map((place) => ({ path: [...path, place], after: after[place] })),
    ];
  const places = Array.from({ length: Math.max(before.length, after.length) }, (_, place) => place);
  return places.flatMap((place) => {
    const here = [...path, place];
    if (place >= after.length) return [{ path: here, before: before[place] }];
    if (place >= before.length) return [{ path: here, after: after[place] }];
    return valueChanges(before[place], after[place], here);
  });
}

/** The elements without those at the given indexes, as JSON text. */
function rest(elements: readonly unknown[], without: readonly number[]): string {
  return JSON.stringify(elements.filter((_, place) => !without.includes(place)));
}

/** Indexes of the elements that have no equal in the other list. */
function beyond(elements: readonly unknown[], others: readonly unknown[]): number[] {
  const left = others.map((other) => JSON.stringify(other));
  return elements.flatMap((element, place) => {
    const equal = left.indexOf(JSON.stringify(element));
    if (equal < 0) return [place];
    left.splice(equal, 1);
    return [];
  });
}

/** Init containers run one after the other, so their order is significant. */
function orderChange(
  old: ReadonlyMap<string, unknown>,
  now: ReadonlyMap<string, unknown>,
  path: readonly Step[],
): ValueChange[] {
  const before = [...old.keys()].filter((name) => now.has(name));
  const after = [...now.keys()].filter((name) => old.has(name));
  return before.join() === after.join() ? [] : [{ path: [...path, "order"], before, after }];
}

function isKeyed(value: unknown, field: string): value is readonly unknown[] {
  const key = keyOfList.get(field);
  return Array.isArray(value) && value.length > 0 && byKey(value, key ?? "") !== undefined;
}

/** Undefined if an element lacks the field or if two elements share its value. */
function byKey(elements: readonly unknown[], key: string): Map<string, unknown> | undefined {
  const values = elements.map((element) => record(element)[key]);
  if (!values.every((value) => typeof value === "string")) return undefined;
  if (new Set(values).size < values.length) return undefined;
  return new Map(values.map((value, place) => [value, elements[place]]));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
