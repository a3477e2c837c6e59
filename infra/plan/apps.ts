import { cpuMillicores, memoryBytes } from "../config/quantity";
import type { Diagnostic } from "../config/types";
import {
  containerRules,
  workloadRules,
  mainContainerRules,
  platform,
  podPath,
  podRules,
  userRules,
  viaNaming,
  type Rule,
} from "./appRules";
import { platformNamespaces } from "../components/registry";
import { platformImages, reservedNamespaces } from "../config/reserved";
import { kindDiagnostics, nameDiagnostics } from "./appKindRules";
import { networkDiagnostics } from "./appNetwork";
import { portDiagnostics } from "./appPorts";
import { referenceDiagnostics } from "./appReferences";
import { sizeDiagnostics } from "./appSize";
import { safetyDiagnostics } from "./appSafety";
import { rolloutDiagnostics } from "../components/rollouts/rules";
import { middlewareDiagnostics } from "../components/gateway/routeMiddlewares";
import { at, isWorkload, list, record, selects, type KubeObject } from "./kubeObject";
import { appLabel } from "./names";
import type { Demand } from "./types";

export type { KubeObject } from "./kubeObject";

/** An app as one environment's overlay renders it. */
export interface RenderedApp {
  /** Name of its folder, of its namespace and of its Application in Argo CD. */
  readonly name: string;
  readonly namespace: string;
  readonly objects: readonly KubeObject[];
  /** Resource requests of its workloads over all regions: the input of the capacity plan. */
  readonly demands: readonly Demand[];
}

/** A diagnostic without its path. */
type PathlessDiagnostic = Pick<Diagnostic, "expected" | "remedy"> & { readonly value?: unknown };

type Report = (object: KubeObject, field: string, rawDiagnostic: PathlessDiagnostic) => void;

/** Diagnostics of an app's folder name, which becomes a namespace and an Application. */
export function checkAppName(name: string): Diagnostic[] {
  const place = { path: `apps/${name}`, value: name };
  if (!isDnsLabel(name)) return [{ ...place, expected: dnsLabel, remedy: "rename the folder" }];
  const taken =
    [...platformNamespaces, ...platformImages].includes(name) || reservedNamespaces.test(name);
  if (!taken) return [];
  return [
    { ...place, expected: "a name that is not the cluster's own", remedy: "rename the folder" },
  ];
}

/** All diagnostics of an app, in the order of its objects. */
export function checkApp(
  name: string,
  environment: string,
  objects: readonly KubeObject[],
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const report: Report = (object, field, { value, expected, remedy }) => {
    const place = `${overlayPath(name, environment)}: ${object.kind}/${object.metadata.name}`;
    const path = `${place} ${field}`.trimEnd();
    diagnostics.push({ path, value: printed(value), expected, remedy });
  };
  for (const object of objects) {
    checkObject(name, object, report);
    if (isWorkload(object)) checkWorkload(object, objects, report);
    if (object.kind === "PodDisruptionBudget") checkBudget(object, objects, report);
    if (policyKinds.includes(object.kind)) checkSelectors(name, object, report);
  }
  for (const { object, field, ...rawDiagnostic } of [
    ...kindDiagnostics(objects),
    ...nameDiagnostics(objects),
    ...portDiagnostics(objects),
    ...referenceDiagnostics(objects),
    ...sizeDiagnostics(objects),
    ...safetyDiagnostics(objects),
    ...networkDiagnostics(objects),
    ...rolloutDiagnostics(objects),
    ...middlewareDiagnostics(objects),
  ]) {
    report(object, field, rawDiagnostic);
  }
  if (!objects.some(({ kind }) => kind === "Namespace")) {
    const path = overlayPath(name, environment);
    const expected = "a Namespace that enforces the restricted Pod Security standard";
    diagnostics.push({
      path,
      value: missing,
      expected,
      remedy: "take ../../_platform/web as a resource",
    });
  }
  return diagnostics;
}

/** The app in the form that other modules use. Call it on objects without diagnostics: an unreadable value counts as 0. */
export function renderedApp(name: string, objects: readonly KubeObject[]): RenderedApp {
  return { name, namespace: name, objects, demands: objects.filter(isWorkload).map(demandOf) };
}

/** The folder that Argo CD syncs, as diagnostics name it. */
export function overlayPath(app: string, environment: string): string {
  return `apps/${app}/overlays/${environment}`;
}

function checkObject(app: string, object: KubeObject, report: Report): void {
  const { name, namespace, labels = {} } = object.metadata;
  if (!isDnsLabel(name)) {
    report(object, "metadata.name", {
      value: name,
      expected: dnsLabel,
      remedy: "rename the object",
    });
  }
  const expectedLabels: Readonly<Record<string, string | undefined>> = {
    [appLabel]: app,
    "app.kubernetes.io/name": undefined,
    "app.kubernetes.io/part-of": undefined,
  };
  for (const [key, wanted] of Object.entries(expectedLabels)) {
    const value = labels[key];
    if (value !== undefined && value !== "" && (wanted === undefined || value === wanted)) continue;
    const expected = wanted ?? "a value";
    report(object, `metadata.labels[${key}]`, { value, expected, remedy: viaNaming });
  }
  if (object.kind === "Namespace") checkNamespace(app, object, report);
  else if (namespace !== app) {
    const remedy = `set \`namespace: ${app}\` in the kustomization that lists the object`;
    report(object, "metadata.namespace", { value: namespace, expected: app, remedy });
  }
}

function checkNamespace(app: string, object: KubeObject, report: Report): void {
  if (object.metadata.name !== app) {
    const rawDiagnostic = {
      value: object.metadata.name,
      expected: app,
      remedy: `set \`namespace: ${app}\``,
    };
    report(object, "metadata.name", rawDiagnostic);
  }
  const key = "pod-security.kubernetes.io/enforce";
  const value = object.metadata.labels?.[key];
  if (value === "restricted") return;
  report(object, `metadata.labels[${key}]`, { value, expected: "restricted", remedy: platform });
}

function checkWorkload(object: KubeObject, all: readonly KubeObject[], report: Report): void {
  const pod = at(object, podPath);
  const labels = podLabels(object);
  checkTable(workloadRules, object, "", object, report);
  checkTable(podRules(labels), pod, podPath, object, report);
  const kinds = { containers: mainContainerRules, initContainers: [] } as const;
  for (const [kind, ownRules] of Object.entries(kinds)) {
    list(at(pod, kind)).forEach((container, index) => {
      const place = `${podPath}.${kind}[${index}]`;
      const rules = [...containerRules(pod), ...userRules(pod, container), ...ownRules];
      checkTable(rules, container, place, object, report);
    });
  }
  for (const [kind, selector] of Object.entries(companions)) {
    if (all.some((one) => one.kind === kind && selects(at(one, selector), labels))) continue;
    const expected = `a ${kind} that selects these pods`;
    report(object, "spec.template.metadata.labels", { value: labels, expected, remedy: platform });
  }
}

const policyKinds = ["PropagationPolicy", "OverridePolicy"];

/** Karmada would fill in the namespace, and Argo CD would report that as drift. */
function checkSelectors(app: string, policy: KubeObject, report: Report): void {
  list(at(policy, "spec.resourceSelectors")).forEach((selector, index) => {
    const value = at(selector, "namespace");
    if (value === app) return;
    const field = `spec.resourceSelectors[${index}].namespace`;
    report(policy, field, { value, expected: app, remedy: `write namespace: ${app}` });
  });
}

function checkTable(
  rules: readonly Rule[],
  owner: unknown,
  base: string,
  object: KubeObject,
  report: Report,
): void {
  for (const { field, holds, expected, remedy } of rules) {
    const value = at(owner, field);
    const path = base === "" ? field : `${base}.${field}`;
    if (holds(value, owner)) continue;
    // The base has only the container `app`: other containers have to say it themselves.
    const toDo = value === undefined && remedy === platform ? "add it" : remedy;
    report(object, path, { value, expected, remedy: toDo });
  }
}

/** Objects that every workload needs, each with the field of its pod selector. */
const companions = {
  PodDisruptionBudget: "spec.selector",
  NetworkPolicy: "spec.podSelector",
} as const;

/** A budget that never allows an eviction blocks node drains forever. */
function checkBudget(object: KubeObject, all: readonly KubeObject[], report: Report): void {
  const remedy = "set `maxUnavailable: 1`, which fits a region's share of any size";
  const most = at(object, "spec.maxUnavailable");
  if (most === 0 || most === "0%") {
    report(object, "spec.maxUnavailable", { value: most, expected: "1 or more", remedy });
  }
  const least = at(object, "spec.minAvailable");
  const guarded = all.filter(
    (one) => isWorkload(one) && selects(at(object, "spec.selector"), podLabels(one)),
  );
  const replicas = guarded.reduce((sum, one) => sum + Number(at(one, "spec.replicas") ?? 1), 0);
  if (least === "100%" || (typeof least === "number" && least > 0 && least >= replicas)) {
    report(object, "spec.minAvailable", {
      value: least,
      expected: `less than all ${replicas} replicas`,
      remedy,
    });
  }
}

/**
 * Resources that the scheduler reserves for a workload. Its containers run together with its sidecars, which are init containers that
 * restart always; other init containers run one after the other before them, beside the sidecars that come earlier. The largest of
 * these counts. A Rollout keeps all pods of the stable version until its flag is retired, in addition to the new version's pods.
 */
function demandOf(workload: KubeObject): Demand {
  const versions = workload.kind === "Rollout" ? 2 : 1;
  const pod = at(workload, podPath);
  const reserved = (field: string, read: (text: string) => number | undefined) => {
    const request = (one: unknown) => read(String(at(one, `resources.requests.${field}`))) ?? 0;
    let [sidecars, most] = [0, 0];
    for (const container of list(at(pod, "initContainers"))) {
      most = Math.max(most, sidecars + request(container));
      if (at(container, "restartPolicy") === "Always") sidecars += request(container);
    }
    const together = list(at(pod, "containers")).map(request);
    return Math.max(
      most,
      together.reduce((sum, one) => sum + one, sidecars),
    );
  };
  return {
    name: workload.metadata.name,
    replicas: versions * Number(at(workload, "spec.replicas") ?? 0),
    cpuMillicores: reserved("cpu", cpuMillicores),
    memoryBytes: reserved("memory", memoryBytes),
  };
}

function podLabels(workload: KubeObject): Readonly<Record<string, unknown>> {
  return record(at(workload, "spec.template.metadata.labels"));
}

const dnsLabel =
  "lower-case letters, digits and hyphens, at most 63, a letter first, no hyphen last";

/** RFC 1123, starting with a letter because Services require it: the same name is valid for every kind. */
function isDnsLabel(name: string): boolean {
  return /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}

const missing = "(missing)";

function printed(value: unknown): string {
  if (value === undefined) return missing;
  return typeof value === "string" ? value : JSON.stringify(value);
}
