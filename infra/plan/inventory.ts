import { planProcesses } from "../components/processes";
import { components, componentsOf } from "../components/registry";
import { controlPlaneComponents, nodeComponents } from "./clusterComponents";
import { clusterProcessName } from "./names";
import { allPortNames } from "./ports";
import type { PlatformPlan } from "./types";

/**
 * Everything that an environment has on this machine. Additional items are leftovers, absent items are missing: `compareInventory`
 * reports both.
 */
export interface Inventory {
  /** Processes under the supervisor. */
  readonly processes: readonly string[];
  /** Clusters that have data. */
  readonly clusters: readonly string[];
  /** Processes of the clusters, e.g. "eu-west-1/etcd". */
  readonly components: readonly string[];
  /** Entries of the instance's files folder. */
  readonly files: readonly string[];
  /** Entries that may or may not exist. */
  readonly optionalFiles: readonly string[];
  /** Names of the stored ports. */
  readonly ports: readonly string[];
  /**
   * Cluster by file, for each file that a cluster's authority issued or that trusts it. Paths are relative to the files
   * folder; a connection within a JSON file is identified by its field ("git-notifier/config.json#api").
   */
  readonly authorities: Readonly<Record<string, string>>;
  /** Addresses by DNS name; undefined if not known here. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** Address of each region's edge, as the other regions know it. */
  readonly edges: Readonly<Record<string, string>>;
  /** Karmada's Cluster objects. */
  readonly members: readonly string[];
}

/** The inventory of a plan. If the plan has no apps, the DNS names are unknown. @param of Default: the platform's components. */
export function planInventory(plan: PlatformPlan, of = components): Inventory {
  const services = planProcesses(plan, of);
  const clusters = [plan.hub, plan.federation, ...plan.regions].map(
    ({ clusterName }) => clusterName,
  );
  const { apps, domain, edges } = plan.traffic;
  const addresses = edges.map(({ address }) => address).sort();
  return {
    processes: [...clusters.map(clusterProcessName), ...services.map(({ name }) => name)].sort(),
    clusters: [...clusters].sort(),
    components: planComponents(plan).sort(),
    files: [
      ...services.map(({ name }) => name),
      ...clusters.flatMap((name) => [`${name}.kubeconfig`, `${name}.kwokctl.yaml`]),
      `front-proxy/${plan.federation.clusterName}`,
      "edges.json",
    ].sort(),
    optionalFiles: ["traffic-weights.json"],
    ports: allPortNames(
      clusters,
      plan.regions.map(({ name }) => name),
      componentsOf(plan.environment, of),
    ).sort(),
    authorities: Object.fromEntries([
      ...clusters.map((name) => [`${name}.kubeconfig`, name] as const),
      ...services.flatMap(({ name, authorities }) =>
        Object.entries(authorities).map(([file, cluster]) => [`${name}/${file}`, cluster] as const),
      ),
    ]),
    ...(apps.length > 0 && {
      names: Object.fromEntries([...apps, "*"].map((label) => [`${label}.${domain}`, addresses])),
    }),
    edges: Object.fromEntries(edges.map(({ region, address }) => [region, address])),
    members: plan.regions.map(({ name }) => name).sort(),
  };
}

function planComponents({ hub, federation, regions }: PlatformPlan): string[] {
  const of = (cluster: string, components: readonly string[]) =>
    components.map((component) => `${cluster}/${component}`);
  return [
    ...[hub, federation].flatMap(({ clusterName }) => of(clusterName, controlPlaneComponents)),
    ...regions.flatMap(({ clusterName }) => of(clusterName, nodeComponents)),
  ];
}
