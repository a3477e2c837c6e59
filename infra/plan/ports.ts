import type { Component } from "../components/component";
import { componentPortNames } from "../components/processes";

/** Names under which an instance stores its loopback ports. The numbers are chosen at startup. */

const clusterParts = ["apiServer", "controllerManager", "scheduler", "kwok"] as const;

/** Part of a cluster that listens on a port. */
export type ClusterPart = (typeof clusterParts)[number];

/** Port names of one cluster, by part. */
export function clusterPortNames(cluster: string): Record<ClusterPart, string> {
  return Object.fromEntries(clusterParts.map((part) => [part, `${cluster}/${part}`])) as Record<
    ClusterPart,
    string
  >;
}

/**
 * All ports that an instance with these clusters needs; `regions` is a subset of them.
 * @param of the components that the environment uses. Default: all.
 */
export function allPortNames(
  clusters: readonly string[],
  regions: readonly string[],
  of?: readonly Component[],
): string[] {
  return [
    ...clusters.flatMap((cluster) => Object.values(clusterPortNames(cluster))),
    ...componentPortNames(regions, of),
  ];
}
