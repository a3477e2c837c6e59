import { holdsData } from "../../infra/plan/appSafety";
import type { AppChange, OneSidedApp } from "../../infra/plan/appChanges";
import { at, list } from "../../infra/plan/kubeObject";
import { type ObjectChange, type Step, type ValueChange } from "../../infra/plan/objectChanges";
import { bootstrap } from "./render";
import { pluralize, sanitize, truncate } from "../format";

/** Maximum number of changes of an app that are listed one by one. */
const most = 15;

/** The differences in an app as short phrases, each on one line. Pure. */
export function describeChange(change: AppChange, environment: string): string[] {
  return phrasesOf(change, environment).map((phrase) => sanitize(phrase).replaceAll("\n", " "));
}

function phrasesOf(change: AppChange, environment: string): string[] {
  switch (change.what) {
    case "new":
      return [`new${placeOf(change, environment)}, ${pluralize(change.objects.length, "object")}`];
    case "removed":
      return [describeRemoved(change, environment)];
    case "changed":
      return bounded(change.objects.flatMap((object) => describeObject(object, change.app)));
    case "broken":
      return [
        ...(change.before === undefined ? [] : [`did not build before: ${change.before}`]),
        ...(change.after === undefined ? [] : [`does not build: ${change.after}`]),
      ];
  }
}

function placeOf({ elsewhere }: OneSidedApp, environment: string): string {
  return elsewhere ? ` for ${environment}` : "";
}

function describeRemoved(change: OneSidedApp, environment: string): string {
  const { app, objects } = change;
  const data = objects.filter(({ before }) => before !== undefined && holdsData(before.kind));
  const notes = [
    ...(app === bootstrap ? [] : [`its Application stays until \`npx meridian remove ${app}\``]),
    ...(data.length === 0 ? [] : [`holds data: ${data.map(({ id }) => id).join(", ")}`]),
  ];
  const what = `removed${placeOf(change, environment)}, ${pluralize(objects.length, "object")}`;
  return notes.length === 0 ? what : `${what} (${notes.join("; ")})`;
}

function bounded(phrases: readonly string[]): string[] {
  if (phrases.length <= most) return [...phrases];
  return [...phrases.slice(0, most), `and ${phrases.length - most} more`];
}

function describeObject(change: ObjectChange, app: string): string[] {
  const { id, before, after, changes } = change;
  if (before === undefined) return [`${id} new`];
  if (after === undefined)
    return [`${id} removed${holdsData(before.kind) ? ", which holds data" : ""}`];
  // The app's own workload is the main subject, and needs no name.
  const pod = podPaths.find((path) => at(after, path.join(".")) !== undefined);
  const prefix = pod !== undefined && after.metadata.name === app ? "" : `${id} `;
  return changes.map((one) => {
    const text =
      (pod && describePods(one, pod, list(at(after, `${pod.join(".")}.containers`)).length)) ??
      describeOwn(one, after.kind) ??
      arrow(pathText(one.path), one);
    return `${prefix}${text}`;
  });
}

/** Paths of the pod templates in workloads. */
const podPaths: readonly (readonly string[])[] = [
  ["spec", "template", "spec"],
  ["spec", "jobTemplate", "spec", "template", "spec"],
];

/** Phrases for changes outside of pods: replicas, settings. */
function describeOwn(change: ValueChange, kind: string): string | undefined {
  const [first, second] = change.path;
  if (first === "spec" && second === "replicas") return arrow("replicas", change);
  if (kind === "ConfigMap" && first === "data" && change.path.length === 2)
    return arrow(stepText(second ?? ""), change);
  return undefined;
}

/** Phrases for changes in a container. Undefined for everything else. */
function describePods(
  change: ValueChange,
  pod: readonly string[],
  containers: number,
): string | undefined {
  if (!pod.every((step, index) => change.path[index] === step)) return undefined;
  const [listName, element, ...rest] = change.path.slice(pod.length);
  if (listName !== "containers" && listName !== "initContainers") return undefined;
  if (typeof element !== "object") return undefined;
  const name = `container ${element.value}`;
  if (rest.length === 0)
    return change.after === undefined
      ? `${name} removed`
      : `${name} new, image ${truncate(at(change.after, "image"))}`;
  const isMain = listName === "containers" && (containers === 1 || element.value === "app");
  return `${isMain ? "" : `${name} `}${describeContainer(rest, change)}`;
}

function describeContainer(rest: readonly Step[], change: ValueChange): string {
  const [field, second, third, ...more] = rest;
  if (field === "image" && rest.length === 1) return describeImage(change);
  if (field === "env" && typeof second === "object") {
    if (third === "value" && more.length === 0) return arrow(`env ${second.value}`, change);
    if (third !== undefined) return arrow(`env ${second.value} ${pathText(rest.slice(2))}`, change);
    return oneSided(`env ${second.value}`, change, at(change.after, "value"));
  }
  if (field === "resources" && typeof third === "string" && more.length === 0)
    return arrow(`${third} ${second === "limits" ? "limit" : "request"}`, change);
  const probe = typeof field === "string" ? /^(\w+)Probe$/.exec(field)?.[1] : undefined;
  if (probe === undefined) return arrow(pathText(rest), change);
  return rest.length === 1
    ? oneSided(`${probe} probe`, change)
    : arrow(`${probe} probe ${pathText(rest.slice(1))}`, change);
}

/** A part that was added or removed as a whole. */
function oneSided(name: string, change: ValueChange, value?: unknown): string {
  if (change.after === undefined) return `${name} removed`;
  return value === undefined ? `${name} new` : `${name} new: ${truncate(value)}`;
}

/** "image 6.9.2 → 6.9.3": if the image is the same, only the version. */
function describeImage(change: ValueChange): string {
  const [before, after] = [change.before, change.after].map(imageOf);
  if (before === undefined || after === undefined || before.name !== after.name)
    return arrow("image", change);
  const version = ({ tag, digest }: Image, withDigest: boolean) =>
    [tag ?? (digest === undefined ? "latest" : ""), withDigest && digest ? `@${digest}` : ""].join(
      "",
    );
  const sameTag = before.tag === after.tag;
  return `image ${truncate(version(before, sameTag))} → ${truncate(version(after, sameTag))}`;
}

interface Image {
  readonly name: string;
  readonly tag?: string;
  /** Shortened: enough to distinguish two digests. */
  readonly digest?: string;
}

function imageOf(value: unknown): Image | undefined {
  const found = typeof value === "string" ? /^(.+?)(?::([^:/@]+))?(?:@(.+))?$/.exec(value) : null;
  const [, name, tag, digest] = found ?? [];
  if (name === undefined) return undefined;
  const shortened = digest?.replace(/^(sha256:.{12}).*/, "$1");
  return { name, ...(tag !== undefined && { tag }), ...(shortened && { digest: shortened }) };
}

function arrow(name: string, { before, after }: ValueChange): string {
  return `${name} ${truncate(before)} → ${truncate(after)}`;
}

/** "metadata.labels[example.org/key]", "rules[0].host". */
export function pathText(path: readonly Step[]): string {
  return path
    .map((step, index) => {
      const text = stepText(step);
      const inBrackets = typeof step !== "string" || !/^[\w-]+$/.test(step);
      return inBrackets ? `[${text}]` : index === 0 ? text : `.${text}`;
    })
    .join("");
}

function stepText(step: Step): string {
  return typeof step === "object" ? step.value : String(step);
}
