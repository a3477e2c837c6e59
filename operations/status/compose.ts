import { holdsData } from "../../infra/plan/appSafety";
import { appLabel } from "../../infra/plan/names";
import { gateAnnotation } from "../../infra/components/rollouts/object";
import { failbackStatus } from "./failback";
import { generatorReasons, reasonsOf } from "./reasons";
import { readyPods } from "./pods";
import { versionsOf } from "./versions";
import { readGateStatus } from "../../infra/components/rollouts/gateStatus";
import { apportion } from "../../infra/plan/replicaShares";
import type { PlatformPlan, RegionPlan } from "../../infra/plan/types";
import {
  type AppStatus,
  type Application,
  type Binding,
  type ApplicationResource,
  type Drift,
  type Observed,
  type RegionReplicas,
  type RegionStatus,
  type Status,
  type Workload,
  holds,
} from "./model";

/** Argo CD Applications of Meridian itself, which are not apps. */
export const ownApplications: readonly string[] = ["bootstrap"];

/**
 * Derives the status from a plan and from observations. Pure. Ready means: every region has all its planned nodes and a healthy
 * edge, every member has joined, every app is synced, healthy and has all its replicas in every region, there is at least one
 * app (unless nothing is released yet), every component that reports a state is ready, and the machine has no difference from the plan. An app that git no longer has is
 * reported, but not waited for.
 */
export function composeStatus(
  plan: PlatformPlan,
  observed: Observed,
  servers: Readonly<Record<string, string>> = {},
): Status {
  const regions = plan.regions.map((region) =>
    regionStatus(region, observed, servers[region.name]),
  );
  const members = plan.regions.map(({ name }) => ({
    name,
    ready: observed.members?.find((member) => member.name === name)?.ready ?? false,
  }));
  const federation = { ready: members.every(({ ready }) => ready), members };
  const apps = (observed.applications ?? [])
    .filter(({ metadata }) => !ownApplications.includes(metadata.name))
    .map((application) => appStatus(application, plan, observed))
    .sort((a, b) => a.name.localeCompare(b.name));
  const { delivery, argocd, differences = [], components = [] } = observed;
  const reasons = generatorReasons(observed.applicationSets ?? []);
  const ready =
    regions.every((region) => region.ready && region.edge.healthy) &&
    federation.ready &&
    (unreleased(delivery) || (apps.length > 0 && bootstrapInOrder(observed))) &&
    apps.every(appSettled) &&
    reasons.length === 0 &&
    components.every((component) => component.ready) &&
    differences.length === 0;
  return {
    environment: plan.environment.name,
    ready,
    regions,
    federation,
    ...(delivery !== undefined && { delivery }),
    ...(argocd !== undefined && { argocd }),
    apps,
    rebalance: regions
      .filter((region) => region.ready && isEmpty(region.name, apps, plan.regions))
      .map(({ name }) => name),
    failback: failbackStatus(plan, observed),
    components,
    reasons,
    differences,
  };
}

/** Whether a region has no replica of any app although its weight asks for some. */
function isEmpty(
  region: string,
  apps: readonly AppStatus[],
  regions: readonly RegionPlan[],
): boolean {
  const shares = apps.map(({ replicas }) => ({
    found: replicas.byRegion[region]?.desired,
    due: regions.some(({ weight }) => weight > 0)
      ? (apportion(replicas.desired, regions)[region] ?? 0)
      : 0,
  }));
  return shares.some(({ due }) => due > 0) && shares.every(({ found }) => found === 0);
}

/** True if a release has to be approved and none has been: there is no app to wait for. */
export function unreleased(delivery: Status["delivery"]): boolean {
  return delivery?.release === "";
}

/** True if there is nothing to wait for: an app that git no longer has waits for the user. */
export function appSettled(app: AppStatus): boolean {
  return isGone(app) || appReady(app);
}

/** True if git no longer has an app, or the app is being deleted. */
export function isGone({ removed, removing }: AppStatus): boolean {
  return removed || removing;
}

/** True if an app is synced, healthy and complete, and no server refuses an object of it. */
export function appReady({ sync, health, replicas, reasons }: AppStatus): boolean {
  if (reasons.some(({ refused }) => refused)) return false;
  const complete = Object.values(replicas.byRegion).every(
    ({ ready, desired = 0 }) => ready >= desired,
  );
  const enough = replicas.ready >= replicas.desired;
  return sync === "Synced" && health === "Healthy" && enough && complete && replicas.divided;
}

function bootstrapInOrder({ applications }: Observed): boolean {
  const bootstrap = applications?.find(({ metadata }) => metadata.name === "bootstrap");
  return bootstrap?.status?.sync?.status === "Synced";
}

function regionStatus(plan: RegionPlan, observed: Observed, server = ""): RegionStatus {
  const region = observed.regions[plan.name];
  const readyNodes = new Set(
    region?.nodes.filter((node) => holds(node, "Ready")).map(({ metadata }) => metadata.name),
  );
  const zones = plan.zones.map(({ name, nodes }) => ({
    name,
    nodes: nodes.filter((node) => readyNodes.has(node.name)).length,
  }));
  const complete = plan.nodes.every(({ name }) => readyNodes.has(name));
  return {
    name: plan.name,
    created: observed.uncreated?.includes(plan.name) !== true,
    ready: region !== undefined && complete,
    ...(region === undefined ? {} : { version: region.version }),
    server,
    zones,
    edge: edgeOf(plan.name, observed),
  };
}

function edgeOf(region: string, { edges }: Observed): RegionStatus["edge"] {
  const {
    url = "",
    healthy = false,
    weight = 100,
  } = edges.find((edge) => edge.region === region) ?? {};
  return { url, healthy, weight };
}

function appStatus(application: Application, plan: PlatformPlan, observed: Observed): AppStatus {
  const { name } = application.metadata;
  const workloads = observed.workloads.filter(
    ({ metadata }) => metadata.labels?.[appLabel] === name,
  );
  const bindings = bindingsOf(workloads, observed);
  const undivided = bindings?.filter((binding) => !isDivided(binding)) ?? [];
  const why = undivided.map(schedulingFailure).find((message) => message !== undefined);
  const byRegion = Object.fromEntries(
    plan.regions.map((region) => [region.name, regionReplicas(region, name, observed, bindings)]),
  );
  const desired = workloads.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
  const status = application.status ?? {};
  const reasons = reasonsOf(application, observed);
  const message = status.conditions?.[0]?.message ?? failure(application);
  const sync = status.sync?.status ?? "Unknown";
  return {
    name,
    sync,
    health: status.health?.status ?? "Unknown",
    revision: status.sync?.revision ?? "",
    ...(message === undefined ? {} : { message }),
    reasons,
    drift: sync === "OutOfSync" ? driftOf(application) : [],
    removed: isRemoved(application),
    dnsRecord: observed.names === undefined || observed.names.includes(name) ? "own" : "wildcard",
    removing: application.metadata.deletionTimestamp !== undefined,
    awaitsConfirmation: awaitingPruning(application).length > 0,
    replicas: {
      desired,
      ready: Object.values(byRegion).reduce((sum, { ready }) => sum + ready, 0),
      divided: undivided.length === 0,
      ...(why !== undefined && { undivided: why }),
      byRegion,
    },
    versions: versionsOf(name, workloads, observed),
    rollouts: rolloutsOf(name, observed),
  };
}

/** Undefined: the federation did not answer. */
function bindingsOf(
  workloads: readonly Workload[],
  { bindings }: Observed,
): readonly Binding[] | undefined {
  return bindings?.filter(({ spec: { resource } }) =>
    workloads.some(
      ({ kind, metadata }) =>
        (kind === undefined || resource.kind === undefined || kind === resource.kind) &&
        metadata.name === resource.name &&
        metadata.namespace === resource.namespace,
    ),
  );
}

/** Whether the scheduler has processed the last request: until then the earlier division still applies. */
function isDivided({ metadata, spec, status = {} }: Binding): boolean {
  const { schedulerObservedGeneration: seen, lastScheduledTime = "" } = status;
  const current = metadata.generation === undefined || seen === metadata.generation;
  const asked = Date.parse(spec.rescheduleTriggeredAt ?? "");
  return current && !(asked > Date.parse(lastScheduledTime));
}

function schedulingFailure({ status }: Binding): string | undefined {
  return status?.conditions?.find(({ type, status }) => type === "Scheduled" && status === "False")
    ?.message;
}

/** The gate status that each region's gate has written on an app's Rollout. */
function rolloutsOf(app: string, { regions }: Observed): AppStatus["rollouts"] {
  const found = Object.entries(regions).flatMap(([name, region]) =>
    (region?.rollouts ?? [])
      .filter(({ metadata }) => metadata.labels?.[appLabel] === app)
      .flatMap(({ metadata }) => {
        const mark = readGateStatus(metadata.annotations?.[gateAnnotation]);
        return mark === undefined ? [] : [[name, mark] as const];
      }),
  );
  return Object.fromEntries(found);
}

/** Whether Argo CD found no folder for an app in the delivered revision. */
export function isRemoved({ status }: Application): boolean {
  // The repository server's own message (`util/app/path`): any other error says nothing about the folder.
  return status?.conditions?.some(({ message }) => message?.includes(noFolder) ?? false) ?? false;
}

const noFolder = "app path does not exist";

function driftOf({ status }: Application): Drift[] {
  return (status?.resources ?? [])
    .filter((resource) => resource.status === "OutOfSync")
    .map((resource) => ({ kind: resource.kind, name: resource.name, how: howDrifted(resource) }));
}

function howDrifted({ requiresPruning, health }: ApplicationResource): Drift["how"] {
  if (requiresPruning === true) return "extra";
  return health?.status === "Missing" ? "missing" : "changed";
}

/** Objects that git no longer has, and that Argo CD deletes only after the user confirms. */
export function awaitingPruning(application: Application): ApplicationResource[] {
  if (isRemoved(application)) return [];
  return (application.status?.resources ?? []).filter(
    (resource) => resource.requiresPruning === true && needsConfirmation(resource),
  );
}

/** Whether an object's deletion needs confirmation: because Argo CD requires it, or because the object holds data. */
export function needsConfirmation({
  kind,
  requiresDeletionConfirmation,
}: ApplicationResource): boolean {
  return requiresDeletionConfirmation === true || holdsData(kind);
}

function failure({ status }: Application): string | undefined {
  const operation = status?.operationState;
  return operation?.phase === "Failed" || operation?.phase === "Error"
    ? operation.message
    : undefined;
}

function regionReplicas(
  plan: RegionPlan,
  app: string,
  observed: Observed,
  bindings: readonly Binding[] | undefined,
): RegionReplicas {
  const zoneOf = new Map(plan.nodes.map(({ name, zone }) => [name, zone]));
  const byZone: Record<string, number> = Object.fromEntries(
    plan.zones.map(({ name }) => [name, 0]),
  );
  const pods = readyPods(observed.regions[plan.name], app);
  for (const pod of pods) {
    const zone = zoneOf.get(pod.spec?.nodeName ?? "") ?? "unknown";
    byZone[zone] = (byZone[zone] ?? 0) + 1;
  }
  if (bindings === undefined) return { ready: pods.length, byZone };
  const shares = bindings.flatMap(({ spec }) => spec.clusters ?? []);
  const desired = shares
    .filter(({ name }) => name === plan.clusterName)
    .reduce((sum, { replicas = 0 }) => sum + replicas, 0);
  return { ready: pods.length, desired, byZone };
}
