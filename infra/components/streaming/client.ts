import type { ClientPlan } from "./types";

/**
 * Defaults of the clients in one region.
 *
 * Producers: a write is acknowledged by all in-sync replicas, is stored once although it is retried, and is retried for at most two
 * minutes. Consumers: a group without offsets begins at the oldest record, so that a group that continues in another region skips
 * none.
 *
 * A client starts with a random entry of `bootstrap.servers`, and stays with that entry's cluster. So the list has brokers of one region
 * only: with those of several, members of one group would read from different clusters. The other regions are `fallbacks`, those after
 * its own first, so that the clients of different regions do not all begin with the same one.
 * @param regions all regions, in configuration order, with `region` among them.
 * @param source the region that apps write to, if they write in one only.
 */
export function planClient(
  region: string,
  regions: readonly string[],
  source: string | undefined,
): ClientPlan {
  const own = regions.indexOf(region);
  return {
    region,
    fallbacks: [...regions.slice(own + 1), ...regions.slice(0, own)],
    ...(source !== undefined && { source }),
    common: {
      "security.protocol": "SSL",
      // If no known broker answers for this time, the client starts again with the bootstrap list. Brokers that were replaced while it
      // could not reach them have other addresses than those that it knows; the address of the list stays.
      "metadata.recovery.strategy": "rebootstrap",
      "metadata.recovery.rebootstrap.trigger.ms": "30000",
      "client.dns.lookup": "use_all_dns_ips",
    },
    producer: {
      acks: "all",
      "enable.idempotence": "true",
      "max.in.flight.requests.per.connection": "5",
      "delivery.timeout.ms": "120000",
      "request.timeout.ms": "30000",
      "linger.ms": "5",
      // Clients of every language can read it.
      "compression.type": "lz4",
    },
    consumer: {
      "auto.offset.reset": "earliest",
      "isolation.level": "read_committed",
      "partition.assignment.strategy":
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
    },
  };
}
