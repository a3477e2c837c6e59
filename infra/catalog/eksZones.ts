/**
 * Zones in which EKS refuses a cluster's subnets, by id. A zone's letter differs by account, its id does not.
 * Source: Amazon EKS User Guide, "Amazon EKS networking requirements for VPC and subnets", as of 2026-11-30.
 */
const refusedZoneIds: readonly string[] = ["use1-az3", "usw1-az2", "cac1-az3"];

/** Whether EKS takes subnets in the zone of this id, e.g. "use1-az1". */
export function eksTakesZone(zoneId: string): boolean {
  return !refusedZoneIds.includes(zoneId);
}
