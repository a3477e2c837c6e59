import type { Environment, RegionConfig } from "../config/types";
import { addressCount, allocateSubnets } from "./addresses";
import { flagContextOf } from "../components/rollouts/sources";
import { clusterName, labelKeys, nodeName, zoneName } from "./names";
import type { CapacityType, NodePlan, RegionPlan, ZonePlan } from "./types";

/** Plans one configured region as a cluster with zones and nodes. Depends on no other region. */
export function planRegion(environment: Environment, region: RegionConfig): RegionPlan {
  const zones = region.zones.map((suffix) => planZone(region, zoneName(region.name, suffix)));
  return {
    name: region.name,
    clusterName: clusterName(region.name),
    role: region.role,
    weight: region.weight,
    labels: {
      [labelKeys.environment]: environment.name,
      [labelKeys.provider]: environment.provider,
      [labelKeys.region]: region.name,
      [labelKeys.role]: region.role,
      [labelKeys.topologyRegion]: region.name,
    },
    zones,
    nodes: zones.flatMap(({ nodes }) => nodes),
    network: allocateSubnets(region.cidr),
    flagContext: flagContextOf(region),
  };
}

function planZone(region: RegionConfig, zone: string): ZonePlan {
  const nodes = Array.from({ length: region.nodesPerZone }, (_, index) =>
    // Spot nodes have the lowest indexes, so that a zone that grows by on-demand nodes changes no existing node.
    planNode(region, zone, index, index < region.spotPerZone ? "spot" : "on-demand"),
  );
  return { name: zone, nodes };
}

function planNode(
  region: RegionConfig,
  zone: string,
  index: number,
  capacityType: CapacityType,
): NodePlan {
  const name = nodeName(zone, index);
  const { instanceType, cpu, memory, pods } = region.node;
  return {
    name,
    region: region.name,
    zone,
    capacityType,
    instanceType,
    labels: {
      [labelKeys.hostname]: name,
      [labelKeys.os]: "linux",
      [labelKeys.arch]: architecture(instanceType),
      [labelKeys.topologyRegion]: region.name,
      [labelKeys.topologyZone]: zone,
      [labelKeys.instanceType]: instanceType,
      [labelKeys.capacityType]: capacityType,
    },
    // Kubernetes accepts no unit smaller than a thousandth of a core.
    allocatable: { cpu: `${Math.round(cpu * 1000)}m`, memory, pods: String(pods) },
    taints: [],
  };
}

/** AWS names its Graviton families with a g after the generation: m7g, c6gn, r8gd. */
function architecture(instanceType: string): "amd64" | "arm64" {
  return /^[a-z]+\d+g/.test(instanceType) ? "arm64" : "amd64";
}

/** Warnings about one region: too few zones, or more nodes or pods than it has addresses. */
export function regionWarnings(region: RegionPlan): string[] {
  const { name, zones, nodes, network } = region;
  const pods = nodes.reduce((sum, { allocatable }) => sum + Number(allocatable.pods), 0);
  const warnings: string[] = [];
  if (zones.length < 3)
    warnings.push(
      `Region ${name} has ${count(zones.length, "zone")}: with fewer than three, losing one takes half or more. ` +
        "Write zones: [a, b, c].",
    );
  if (pods > addressCount(network.pods))
    warnings.push(
      `Region ${name} has ${addressCount(network.pods)} addresses for up to ${pods} pods. ` +
        "Give it a larger cidr, or lower node.pods or nodesPerZone.",
    );
  if (nodes.length > addressCount(network.vpc))
    warnings.push(
      `Region ${name} has ${addressCount(network.vpc)} addresses for ${nodes.length} nodes. ` +
        "Give it a larger cidr, or lower nodesPerZone.",
    );
  return warnings;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
