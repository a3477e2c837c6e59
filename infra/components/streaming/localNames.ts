/** Names of the processes and ports of Kafka on this machine, and of the identities in their certificates. */

/** Most brokers of a region on this machine. The configuration has the same limit. */
export const mostLocalBrokers = 3;

/** Process of a broker. */
export function brokerName(region: string, id: number): string {
  return `kafka-${region}-${id}`;
}

/** Port at which a broker accepts clients and other brokers. */
export function brokerPort(region: string, id: number): string {
  return `${region}/kafka-${id}`;
}

/** Port at which a broker accepts the other controllers. */
export function controllerPort(region: string, id: number): string {
  return `${region}/kafka-${id}-controller`;
}

/** Process of the MirrorMaker that writes to a region. */
export function mirrorName(region: string): string {
  return `kafka-mirror-${region}`;
}

/** Process that reads the state of all regions, and its port. */
export const monitorName = "streaming-monitor";
export const monitorPort = `${monitorName}/http`;

// Identities. The names of apps contain no dot.

/** Every broker of a region has the same identity. */
export function brokerUser(region: string): string {
  return `broker.${region}`;
}

/** Creates topics and permissions. */
export const adminUser = "admin.meridian";

/** Reads offsets and groups, and no record. */
export const monitorUser = "monitor.meridian";
