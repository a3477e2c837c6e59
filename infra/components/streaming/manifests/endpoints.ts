import { kafkaName, streamingName } from "../names";

/** Port of brokers for clients in their own region. */
export const clientPort = 9093;

/** Port of brokers for clients in other regions, and of the region's bootstrap at its load balancer. */
export const regionsPort = 9094;

/** Name of the listener on `regionsPort`, which is part of the names of its Services. */
export const regionsListener = "regions";

/** Port of a broker at its region's load balancer: all brokers have the same address there. */
export function brokerPort(id: number): number {
  return 9100 + id;
}

/** Bootstrap of a region for clients in the region itself. */
export const ownBootstrap = `${kafkaName}-kafka-bootstrap.${streamingName}.svc:${clientPort}`;

/** Bootstrap of a region for clients in others. @param host name of its load balancer. */
export function regionsBootstrap(host: string): string {
  return `${host}:${regionsPort}`;
}

/** Name of the Service of all brokers for other regions, as Strimzi builds it. */
export const regionsService = `${kafkaName}-kafka-${regionsListener}-bootstrap`;

/** Name of the Service of one broker for other regions, as Strimzi builds it. */
export function brokerService(pool: string, id: number): string {
  return `${kafkaName}-${pool}-${regionsListener}-${id}`;
}
