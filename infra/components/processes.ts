import type { PlatformPlan } from "../plan/types";
import type { Component, ComponentProcess, ProcessPlace, ProcessStart } from "./component";
import { components, componentsOf } from "./registry";

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
  return instancesOf(plan, of).map((one) => planned(one, plan));
}

/** A process that the platform starts by its component's `start`. */
export interface StartedProcess {
  readonly name: string;
  /** Name of its component. */
  readonly component: string;
  /** The cluster that it runs beside. */
  readonly clusterName: string;
  readonly service: ProcessStart & {
    /** Numbers of the TCP and UDP ports that it listens on. */
    readonly ports: readonly number[];
  };
}

/** This machine, as processes are started on it. */
export interface Machine {
  /** Folder of a process's files. @param name of the process. */
  readonly folder: (name: string) => string;
  /** Numbers of all ports, by name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly tool: ProcessPlace["tool"];
}

/** The processes of an environment that have a `start`. */
export function planStarts(
  plan: PlatformPlan,
  machine: Machine,
  of = components,
): StartedProcess[] {
  return instancesOf(plan, of).flatMap((instance) => {
    const { process, component, region, clusterName } = instance;
    if (process.start === undefined) return [];
    const name = process.name(region);
    const port = (socket: string) => machine.ports[socket.replace("*", region)] ?? 0;
    const place = { plan, region, folder: machine.folder(name), port, tool: machine.tool };
    const names = process.sockets.flatMap((each) => (each.transport === "unix" ? [] : each.name));
    const ports = [...new Set(names.map(port))];
    return { name, component, clusterName, service: { ports, ...process.start(place) } };
  });
}

/** One instance of a process. */
interface Instance {
  readonly component: string;
  readonly process: ComponentProcess;
  readonly region: string;
  readonly clusterName: string;
}

function instancesOf(plan: PlatformPlan, of: readonly Component[]): Instance[] {
  const used = componentsOf(plan.environment, of).flatMap(({ name: component, processes = [] }) =>
    processes.map((process) => ({ component, process })),
  );
  const beside = (place: ComponentProcess["place"], region: string, clusterName: string) =>
    used
      .filter(({ process }) => process.place === place && process.runs?.(plan, region) !== false)
      .map((one) => ({ ...one, region, clusterName }));
  return [
    ...plan.regions.flatMap(({ name, clusterName }) => beside("region", name, clusterName)),
    ...beside("hub", plan.hub.region, plan.hub.clusterName),
  ];
}

function planned(
  { process, region, clusterName }: Instance,
  { hub, federation }: PlatformPlan,
): PlannedProcess {
  const clusters = {
    own: clusterName,
    hub: hub.clusterName,
    federation: federation.clusterName,
  };
  return {
    name: process.name(region),
    authorities: Object.fromEntries(
      Object.entries(process.authorities ?? {}).map(([file, cluster]) => [file, clusters[cluster]]),
    ),
  };
}
