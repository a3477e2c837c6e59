import type { Diagnostic } from "../../../infra/config/types";
import { at, list, type KubeObject } from "../../../infra/plan/kubeObject";

/** The part of a Status by which an API server says why it refuses an object. */
export interface Refusal {
  readonly message?: string;
  readonly details?: {
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
  };
}

/** The object as it was sent, and as the app has it. */
export interface Asked {
  /** Path of the overlay, e.g. "apps/orders/overlays/local". */
  readonly path: string;
  readonly object: KubeObject;
  /** Place in the object of the part that was sent as an object of its own. Default: the object itself was. */
  readonly part?: string;
}

/** Every mistake for which an API server refuses an object, in its own words. */
export function verdict(asked: Asked, refusal: Refusal): Diagnostic[] {
  const causes = refusal.details?.causes ?? [];
  const fields = causes.filter(({ field }) => field !== undefined && field !== "");
  if (fields.length > 0)
    return inOrder(fields).map(({ field = "", message = "", reason = "" }) =>
      diagnostic(asked, placeOf(asked, field), said(reason, message), remedyOf(reason)),
    );
  const message = refusal.message ?? "(no reason)";
  const standard = /violates PodSecurity "[^"]+": (.*)$/s.exec(message)?.[1];
  if (standard !== undefined) return violations(standard).map((one) => ofStandard(asked, one));
  return [
    { ...diagnostic(asked, "", plain(message), "correct the object"), value: "(whole object)" },
  ];
}

/** By field, then by message: a server goes through maps in a random order. */
function inOrder<T extends { readonly field?: string; readonly message?: string }>(
  causes: readonly T[],
): T[] {
  const key = ({ field = "", message = "" }: T) => `${field} ${message}`;
  return [...causes].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function diagnostic(
  { path, object }: Asked,
  field: string,
  expected: string,
  remedy: string,
): Diagnostic {
  const value = field === "" ? undefined : at(object, field);
  const place = `${path}: ${object.kind}/${object.metadata.name} ${field}`.trimEnd();
  return { path: place, value: shown(value), expected, remedy };
}

/** A refused object can be long: its beginning identifies it. */
function shown(value: unknown): string {
  if (value === undefined) return "(missing)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}

function placeOf({ part }: Asked, field: string): string {
  return part === undefined ? field : `${part}.${field}`;
}

/** What is expected: the message without its beginning, which repeats the reason and the value. */
function said(reason: string, message: string): string {
  const fixed = expectations[reason];
  const pattern = fixed === undefined ? withValue : /^[A-Z][a-z ]+: (.*)$/s;
  const rest = pattern.exec(message)?.[1] ?? "";
  if (fixed !== undefined && valueOnly.includes(reason)) return fixed;
  return rest === "" ? (fixed ?? message) : rest;
}

/** `Invalid value: "x": must be y`. */
const withValue = /^[A-Z][a-z ]+: (?:"(?:[^"\\]|\\.)*"|\{.*\}|\[.*\]|[^":]*): (.*)$/s;

/** Reasons whose messages are about the field, without its value: the text that replaces a message without more. */
const expectations: Readonly<Record<string, string>> = {
  FieldValueRequired: "a value",
  FieldValueForbidden: "no value",
  FieldValueDuplicate: "a value that no other entry has",
  FieldValueNotFound: "the name of an entry that exists",
};

/** Reasons whose messages have the value only. */
const valueOnly = ["FieldValueDuplicate", "FieldValueNotFound"];

const remedies: Readonly<Record<string, string>> = {
  FieldValueRequired: "add the field",
  FieldValueDuplicate:
    "remove one, or rename it; a patch adds to a list unless it begins with `- $patch: replace`",
  FieldValueNotFound: "add the entry that it names, or correct the name",
  FieldValueForbidden:
    "remove the field; write `null` in the patch for a field that the platform's base has",
};

function remedyOf(reason: string): string {
  return remedies[reason] ?? "correct the value";
}

/** `a (b (c)), d (e)`: each with its detail. */
function violations(text: string): { readonly rule: string; readonly detail: string }[] {
  const found: { rule: string; detail: string }[] = [];
  let depth = 0;
  let start = 0;
  for (const [index, letter] of [...text].entries()) {
    if (letter === "(") depth += 1;
    if (letter !== ")" || --depth > 0) continue;
    const [, rule = "", detail = ""] = /^[, ]*(.*?) \((.*)$/s.exec(text.slice(start, index)) ?? [];
    found.push({ rule, detail });
    start = index + 1;
  }
  return found.length > 0 ? found : [{ rule: "it", detail: text }];
}

/** A violation of the Pod Security standard, at the pod or the container that it names. */
function ofStandard(
  asked: Asked,
  { rule, detail }: { readonly rule: string; readonly detail: string },
): Diagnostic {
  const pod = asked.part === undefined ? "spec" : `${asked.part}.spec`;
  const name = /^containers? "([^"]+)"/.exec(detail)?.[1];
  const container = ["initContainers", "containers"]
    .flatMap((kind) =>
      list(at(asked.object, `${pod}.${kind}`)).map((one, index) => ({ kind, one, index })),
    )
    .find(({ one }) => name !== undefined && at(one, "name") === name);
  const field = container ? `${pod}.${container.kind}[${container.index}]` : pod;
  const expected = `a pod that its namespace's Pod Security standard allows; it refuses ${rule}`;
  const remedy = "remove or correct the fields that are named here";
  return { ...diagnostic(asked, field, expected, remedy), value: detail };
}

/** Without the prefix that names the object again. */
function plain(message: string): string {
  return message.replace(/^[\w.]+ "[^"]*" is (?:invalid|forbidden): /, "");
}
