import * as fs from "node:fs";
import { readNames, zonePath } from "../../infra/components/dns/handlers/powerdnsServer";
import { regionServiceNames } from "../../infra/components/processes";
import { namesCluster } from "../../infra/plan/differenceLines";
import { clusterProcessName } from "../../infra/plan/names";
import type { Instance } from "../../infra/providers/local/instance";
import { inventoryDifferences } from "../../infra/providers/local/inventory";
import { readPorts } from "../../infra/providers/local/ports";
import { type Difference, differenceTitle } from "../../infra/plan/inventoryDifferences";
import { clusterPortNames } from "../../infra/plan/ports";
import type { PlatformPlan } from "../../infra/plan/types";
import { observeArgocdUi } from "./argocdUi";
import { type ComponentStatus, readComponents } from "./components";
import { appSettled, composeStatus, unreleased } from "./compose";
import { observeEdges } from "./edges";
import type { Status } from "./model";
import { observe } from "./observe";
import type { Missing } from "./stall";

/** Reads the current state of a platform. */
export async function readStatus(instance: Instance, plan: PlatformPlan): Promise<Status> {
  const ports = readPorts(instance);
  const servers = plan.regions.map(({ name, clusterName }) => [
    name,
    `https://127.0.0.1:${ports[clusterPortNames(clusterName).apiServer] ?? 0}`,
  ]);
  const [observed, edges, argocd, components, differences] = await Promise.all([
    observe(instance, plan),
    observeEdges(instance, plan),
    observeArgocdUi(instance),
    readComponents(instance, plan),
    inventoryDifferences(instance, plan, { portHolders: false }),
  ]);
  return composeStatus(
    plan,
    { ...observed, edges, argocd, components, differences, names: namedApps(instance, plan) },
    Object.fromEntries(servers) as Record<string, string>,
  );
}

/** Apps with a record of their own in the DNS server's zone, and the wildcard; undefined before there is a zone. */
function namedApps(instance: Instance, { traffic }: PlatformPlan): string[] | undefined {
  if (!fs.existsSync(zonePath(instance))) return undefined;
  const names = Object.keys(readNames(instance, traffic.domain));
  return names.map((name) => name.slice(0, -traffic.domain.length - 1));
}

/** The parts of the platform and the apps that are not ready. Pure. */
export function missingOf(status: Status): Missing[] {
  const { apps, delivery } = status;
  const first = apps.length === 0 && !unreleased(delivery);
  return [
    ...platformUnready(status).map((name) => ({ name })),
    ...(first ? [{ name: "the first apps" }] : []),
    ...status.reasons.map(({ object = "Argo CD" }) => ({ name: object })),
    ...apps.filter((app) => !appSettled(app)).map((app) => ({ name: app.name, app })),
  ];
}

/** The names of everything that is not ready. */
export function unready(status: Status): string[] {
  return missingOf(status).map(({ name }) => name);
}

/** The names of the parts of the platform that are not ready. */
export function platformUnready(status: Status): string[] {
  return [
    ...status.regions
      .filter(({ ready }) => !ready)
      .map(({ name, created }) => (created ? name : `${name} (not created yet)`)),
    ...status.regions
      .filter(({ ready, edge }) => ready && !edge.healthy)
      .map(({ name }) => `the gateway of ${name}`),
    ...status.federation.members
      .filter(({ name, ready }) => !ready && isCreated(status, name))
      .map(({ name }) => `${name} in the federation`),
    ...status.components.flatMap(unreadyRows),
    ...differencesElsewhere(status).map(differenceTitle),
  ];
}

function unreadyRows({ name, rows, error }: ComponentStatus): string[] {
  if (error !== undefined) return [name];
  return rows.filter(({ ready }) => !ready).map((row) => `${name} of ${row.name}`);
}

function isCreated({ regions }: Status, name: string): boolean {
  return regions.some((region) => region.name === name && region.created);
}

/** The differences that are not of a region which does not answer or is not created yet: that region is reported as a whole. Pure. */
export function differencesElsewhere({ regions, differences }: Status): readonly Difference[] {
  const lost = regions.filter(({ version }) => version === undefined);
  return differences.filter(
    ({ name }) =>
      !lost.some((region) =>
        region.created ? isOf(region.name, name) : namesCluster({ name }, region.name),
      ),
  );
}

/** Whether a process or component, such as `gateway-us-east-1` or `us-east-1/etcd`, goes with a region. Pure. */
export function isOf(region: string, name: string): boolean {
  const processes = [clusterProcessName(region), ...regionServiceNames(region)];
  return name.startsWith(`${region}/`) || processes.includes(name);
}
