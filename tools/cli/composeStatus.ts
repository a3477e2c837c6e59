import { appLabel } from "../../infra/manifests/karmada";
import type { PlatformPlan, RegionPlan } from "../../infra/plan/types";
import {
  type AppStatus,
  type Application,
  type Observed,
  type RegionReplicas,
  type RegionStatus,
  type Status,
  holds,
} from "./statusModel";

/** Argo CD Applications of Meridian itself; they are not apps. */
const ownApplications: readonly string[] = ["bootstrap"];

/**
 * A status from a plan and from what was observed. Pure. Ready means: every region with all its planned
 * nodes, every member joined, every app synced, healthy and with all its replicas, and at least one app.
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
  const ready =
    regions.every((region) => region.ready && region.edge.healthy) &&
    federation.ready &&
    apps.length > 0 &&
    bootstrapInOrder(observed) &&
    apps.every(appReady);
  return { environment: plan.environment.name, ready, regions, federation, apps };
}

/** True when an app is as it should be. */
export function appReady({ sync, health, replicas }: AppStatus): boolean {
  return sync === "Synced" && health === "Healthy" && replicas.ready >= replicas.desired;
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
  const byRegion = Object.fromEntries(
    plan.regions.map((region) => [region.name, regionReplicas(region, name, observed)]),
  );
  const desired = observed.deployments
    .filter(({ metadata }) => metadata.labels?.[appLabel] === name)
    .reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
  const status = application.status ?? {};
  const message = status.conditions?.[0]?.message ?? failure(application);
  return {
    name,
    sync: status.sync?.status ?? "Unknown",
    health: status.health?.status ?? "Unknown",
    revision: status.sync?.revision ?? "",
    ...(message === undefined ? {} : { message }),
    replicas: {
      desired,
      ready: Object.values(byRegion).reduce((sum, { ready }) => sum + ready, 0),
      byRegion,
    },
  };
}

function failure({ status }: Application): string | undefined {
  const operation = status?.operationState;
  return operation?.phase === "Failed" || operation?.phase === "Error"
    ? operation.message
    : undefined;
}

function regionReplicas(plan: RegionPlan, app: string, observed: Observed): RegionReplicas {
  const zoneOf = new Map(plan.nodes.map(({ name, zone }) => [name, zone]));
  const byZone: Record<string, number> = Object.fromEntries(
    plan.zones.map(({ name }) => [name, 0]),
  );
  const pods = (observed.regions[plan.name]?.pods ?? []).filter(
    (pod) =>
      pod.metadata.labels?.[appLabel] === app &&
      pod.metadata.deletionTimestamp === undefined &&
      holds(pod, "Ready"),
  );
  for (const pod of pods) {
    const zone = zoneOf.get(pod.spec?.nodeName ?? "") ?? "unknown";
    byZone[zone] = (byZone[zone] ?? 0) + 1;
  }
  return { ready: pods.length, byZone };
}
