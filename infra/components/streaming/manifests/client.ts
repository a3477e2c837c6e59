import type { ClientPlan } from "../types";
import { userKeys } from "./certificates";
import { properties } from "./properties";

/** Folder in which an app mounts the Secret. */
export const clientFolder = "/etc/streaming-client";

/** Addresses of a region's brokers, as values of `bootstrap.servers`. */
export interface RegionBootstrap {
  /** For clients in the region itself. */
  readonly own: string;
  /** For clients in other regions. Absent: no other region reaches it. */
  readonly others?: string;
}

/**
 * Settings of an app's clients in one region, by key of the ConfigMap: single values, and property files for Kafka's own clients.
 * Only `KAFKA_FALLBACK_*` name other regions, one region for each number.
 * @param app its name, which is also its consumer group.
 * @param bootstrap by region.
 * @throws RangeError if a region has no address for clients in the plan's region.
 */
export function clientData(
  app: string,
  plan: ClientPlan,
  bootstrap: Readonly<Record<string, RegionBootstrap>>,
): Readonly<Record<string, string>> {
  const { region, fallbacks } = plan;
  const own = known(region, bootstrap[region]?.own);
  const others = fallbacks.map((other) => known(other, bootstrap[other]?.others));
  const common = {
    "bootstrap.servers": own,
    ...plan.common,
    "ssl.truststore.type": "PEM",
    "ssl.truststore.location": `${clientFolder}/${userKeys.authority}`,
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": `${clientFolder}/${userKeys.both}`,
  };
  return {
    KAFKA_REGION: region,
    KAFKA_BOOTSTRAP_SERVERS: own,
    KAFKA_GROUP_ID: app,
    ...(plan.source !== undefined && { KAFKA_SOURCE_REGION: plan.source }),
    ...(fallbacks.length > 0 && { KAFKA_FALLBACK_REGIONS: fallbacks.join(",") }),
    ...Object.fromEntries(
      others.map((address, index) => [`KAFKA_FALLBACK_BOOTSTRAP_SERVERS_${index + 1}`, address]),
    ),
    "producer.properties": properties({ ...common, ...plan.producer }),
    "consumer.properties": properties({ ...common, ...plan.consumer, "group.id": app }),
  };
}

function known(region: string, address: string | undefined): string {
  if (address === undefined) throw new RangeError(`${region} has no bootstrap address`);
  return address;
}
