import type { PlatformPlan } from "../plan/types";
import type { Component, ComponentProcess } from "./component";
import { components } from "./registry";

/** A process beside the clusters of an environment. */
export interface PlannedProcess {
  readonly name: string;
  /** Cluster by file, as in `Inventory.authorities`, within its folder. */
  readonly authorities: Readonly<Record<string, string>>;
}

const processesOf = (of: readonly Component[], place: ComponentProcess["place"]) =>
  of.flatMap(({ processes = [] }) => processes).filter((one) => one.place === place);

/** Names of the processes that run beside a region's cluster and are lost with it. */
export function regionServiceNames(region: string, of = components): string[] {
  return processesOf(of, "region").map(({ name }) => name(region));
}

/** Names of the ports of all components, for these regions. */
export function componentPortNames(regions: readonly string[], of = components): string[] {
  const names = of
    .flatMap(({ processes = [] }) => processes)
    .flatMap(({ sockets }) => sockets)
    .filter(({ transport }) => transport !== "unix")
    .flatMap(({ name }) =>
      name.includes("*") ? regions.map((region) => name.replace("*", region)) : [name],
    );
  return [...new Set(names)];
}

/** Every process that runs beside the clusters of an environment. */
export function planProcesses(plan: PlatformPlan, of = components): PlannedProcess[] {
  const has = ({ runs }: ComponentProcess) => runs === undefined || runs(plan);
  return [
    ...plan.regions.flatMap(({ name, clusterName }) =>
      processesOf(of, "region")
        .filter(has)
        .map((one) => planned(one, name, clusterName, plan)),
    ),
    ...processesOf(of, "hub")
      .filter(has)
      .map((one) => planned(one, "", plan.hub.clusterName, plan)),
  ];
}

function planned(
  { name, authorities = {} }: ComponentProcess,
  region: string,
  own: string,
  { hub, federation }: PlatformPlan,
): PlannedProcess {
  const clusters = { own, hub: hub.clusterName, federation: federation.clusterName };
  return {
    name: name(region),
    authorities: Object.fromEntries(
      Object.entries(authorities).map(([file, cluster]) => [file, clusters[cluster]]),
    ),
  };
}
