import type { RegionPlan } from "../../plan/types";
import type { LoadBalancerPlan, TargetGroupPlan } from "../gateway/awsEdge";
import { brokerPools } from "./manifests/kafka";
import { brokerPort, brokerService, regionsPort, regionsService } from "./manifests/endpoints";
import type { KafkaClusterPlan } from "./types";

/** The internal load balancer by which other regions reach a region's brokers. */
export interface BrokersEdgePlan {
  readonly loadBalancer: LoadBalancerPlan & { readonly loadBalancerType: "network" };
  /** All brokers first, then each of them. */
  readonly targets: readonly BrokerTargetPlan[];
  /** Pods of other regions, which may connect. Peering and transit gateways route them. */
  readonly clients: readonly { readonly region: string; readonly cidr: string }[];
  /** Pods of the region itself, which the load balancer connects to. */
  readonly pods: string;
  /** Range of the load balancer's own addresses. */
  readonly network: string;
}

export interface BrokerTargetPlan {
  /** Suffix of the names: "kafka" or "kafka-0". */
  readonly name: string;
  /** Port at the load balancer. */
  readonly port: number;
  /** Service of the brokers. */
  readonly service: string;
  readonly targetGroup: TargetGroupPlan & { readonly preserveClientIp: "false" };
}

/** A Kafka client connects to each broker by itself, so each one has a port at the load balancer. */
export function planBrokersEdge(
  cluster: KafkaClusterPlan,
  regions: readonly RegionPlan[],
): BrokersEdgePlan {
  const own = regions.find(({ name }) => name === cluster.region);
  if (own === undefined) throw new RangeError(`the plan has no region ${cluster.region}`);
  const single = brokerPools(cluster.brokers).flatMap((pool) =>
    pool.ids.map((id) => target(`kafka-${id}`, brokerPort(id), brokerService(pool.name, id))),
  );
  return {
    loadBalancer: {
      loadBalancerType: "network",
      internal: true,
      ipAddressType: "ipv4",
      enableDeletionProtection: false,
      // A broker is in one zone, the clients of its port in any.
      enableCrossZoneLoadBalancing: true,
    },
    targets: [target("kafka", regionsPort, regionsService), ...single],
    clients: regions
      .filter(({ name }) => name !== cluster.region)
      .map(({ name, network }) => ({ region: name, cidr: network.pods })),
    pods: own.network.pods,
    network: own.network.vpc,
  };
}

function target(name: string, port: number, service: string): BrokerTargetPlan {
  return {
    name,
    port,
    service,
    targetGroup: {
      port: regionsPort,
      protocol: "TCP",
      targetType: "ip",
      // Brokers see the load balancer's address, which their NetworkPolicy allows.
      preserveClientIp: "false",
      deregistrationDelay: 10,
      // TLS is between client and broker.
      healthCheck: {
        protocol: "TCP",
        port: "traffic-port",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
    },
  };
}
