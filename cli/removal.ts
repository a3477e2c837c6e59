import type { TopicConfig } from "../infra/components/streaming/configuration";
import { holdsData } from "../infra/plan/appSafety";
import {
  awaitingPruning,
  isRemoved,
  needsConfirmation,
  ownApplications,
} from "../operations/status/compose";
import type { RemoveFields } from "./documents/schemas";
import type { Application, ApplicationResource } from "../operations/status/model";

/** A PersistentVolumeClaim in a region. Pods may have created claims that are not in git. */
export interface Claim {
  readonly region: string;
  readonly name: string;
}

/** The objects that a removal will delete. */
export interface Removal {
  readonly app: string;
  /** app: the whole app, which git no longer has; parts: objects that git no longer has, of an app that stays. */
  readonly what: "app" | "parts";
  /** The deletion has already begun, perhaps by an interrupted command. */
  readonly begun: boolean;
  readonly resources: readonly ApplicationResource[];
  readonly claims: readonly Claim[];
  /** Argo CD deletes nothing of it before a user has confirmed. */
  readonly confirm: boolean;
}

/** Why an app is not removed. */
export interface RemovalDiagnostic {
  readonly refused: string;
}

/**
 * The objects that the removal of an app would delete. Pure.
 * @param app its name.
 * @param application the app in Argo CD, just refreshed.
 * @param claims all claims in the app's namespaces, in every region that answers.
 */
export function planRemoval(
  app: string,
  application: Application,
  claims: readonly Claim[],
): Removal | RemovalDiagnostic {
  if (ownApplications.includes(app))
    return { refused: `${app} is the platform's own: \`meridian destroy\` removes it.` };
  const { metadata, status } = application;
  const begun = metadata.deletionTimestamp !== undefined;
  if (begun || isRemoved(application)) {
    const resources = status?.resources ?? [];
    const confirm = resources.some(needsConfirmation) || claims.length > 0;
    return { app, what: "app", begun, resources, claims, confirm };
  }
  const parts = awaitingPruning(application);
  if (parts.length > 0) {
    const names = new Set(parts.map(({ name }) => name));
    const taken = claims.filter(({ name }) => names.has(name));
    return { app, what: "parts", begun, resources: parts, claims: taken, confirm: true };
  }
  return {
    refused: [
      `${app} is still in what is delivered: Argo CD would bring it back.`,
      `Delete apps/${app}, have that delivered, and run the same command again.`,
    ].join("\n"),
  };
}

/**
 * Why an app is not removed while topics of Kafka name it: its namespace would go with the objects by which it reaches Kafka, and `up`
 * would not create them again. Pure.
 * @param topics those of the environment; undefined without Kafka.
 * @returns undefined: no topic names it.
 */
export function namedByTopics(
  app: string,
  environment: string,
  topics: readonly Pick<TopicConfig, "name" | "writers" | "readers">[] = [],
): string | undefined {
  const named = topics
    .filter(({ writers, readers }) => writers.includes(app) || readers.includes(app))
    .map(({ name }) => name);
  if (named.length === 0) return undefined;
  return [
    `${app} may still write or read in Kafka: meridian:streaming names it at ${named.join(", ")}. Nothing was changed.`,
    `Remove it from the topics' writers and readers, run \`npx meridian up ${environment}\`, and then the same command again.`,
  ].join("\n");
}

/** The fields of `remove --json` that are known before the deletion. Pure. */
export function removalFields({ app, what, resources, claims }: Removal): RemoveFields {
  return {
    app,
    removed: what,
    objects: resources.map(({ kind, name }) => ({ kind, name })),
    claims: claims.map(({ region, name }) => ({ region, name })),
    silentRegions: [],
  };
}

/** The objects to be deleted, as text for the confirmation prompt. Pure. */
export function removalText(removal: Removal, regions: readonly string[]): string {
  const { app, what, resources, claims } = removal;
  const begun = removal.begun ? " It was begun before." : "";
  const head =
    what === "app"
      ? `${app} is removed from ${regions.length} regions (${regions.join(", ")}).${begun}`
      : `The objects of ${app} that git no longer has are removed from ${regions.length} regions (${regions.join(", ")}).`;
  const kinds = new Map<string, string[]>();
  for (const { kind, name } of resources) kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  const lines = [...kinds].map(([kind, names]) => `  ${names.length} ${kind}: ${names.join(", ")}`);
  const places = new Map<string, string[]>();
  for (const { name, region } of claims) places.set(name, [...(places.get(name) ?? []), region]);
  const data = [
    ...[...places].map(([name, where]) => `  claim ${name}, in ${where.join(", ")}`),
    ...resources
      .filter(({ kind, name }) => holdsData(kind) && !places.has(name))
      .map(({ kind, name }) => `  ${kind} ${name}`),
  ];
  return [
    head,
    ...lines,
    ...(data.length === 0 ? [] : ["Data that goes with it, and does not come back:", ...data]),
  ].join("\n");
}

/**
 * Steps with kubectl, for an environment whose hub no command reaches. Pure.
 * @param names.argocd Argo CD's namespace.
 * @param names.approval The annotation that confirms a deletion.
 */
export function removalWithKubectl(
  app: string,
  { argocd, approval }: { readonly argocd: string; readonly approval: string },
): string {
  const kubectl = `kubectl -n ${argocd}`;
  return [
    "On AWS an app is removed with kubectl on the hub (`meridian up` prints at its end how to reach it):",
    `  ${kubectl} get application ${app} -o yaml      # git has it no more: "app path does not exist"`,
    `  ${kubectl} delete application ${app} --wait=false`,
    "Where it holds data, which then goes for good:",
    `  ${kubectl} annotate application ${app} ${approval}=$(date -u +%Y-%m-%dT%H:%M:%SZ)`,
  ].join("\n");
}

/**
 * The timestamp of a confirmation: Argo CD accepts one that is not older than the operation it confirms, to the second.
 * @param since when that operation began, by the cluster's clock, which may be ahead of ours.
 */
export function confirmationTime(since: string | undefined, now: Date): string {
  const begun = since === undefined ? 0 : Date.parse(since);
  const moment = new Date(Math.max(begun, now.getTime()));
  return moment.toISOString().replace(/\.\d+Z$/, "Z");
}
