import { resources } from "../../../manifests/charts";
import { labelKeys } from "../../../plan/names";
import type { BrokerPlan, KafkaClusterPlan, StreamingPlan } from "../types";
import { brokerPort, clientPort, regionsListener, regionsPort } from "./endpoints";
import { kafkaName, streamingName } from "../names";
import { clusterLabel } from "./labels";
import {
  type Kafka,
  type KafkaListener,
  type KafkaNodePool,
  metricsOf,
  strimziApi,
} from "./strimzi";

/** How other regions reach the brokers. */
export interface RegionEndpoint {
  /** Name of the load balancer. */
  readonly host: string;
  /** Range of the load balancer of `host`. */
  readonly loadBalancers: string;
}

/**
 * The Kafka cluster of a region. Its nodes are in node pools.
 * @param endpoint for other regions. Absent: there are none.
 */
export function kafkaObject(
  plan: Pick<StreamingPlan, "kafkaVersion" | "apps">,
  cluster: KafkaClusterPlan,
  endpoint?: RegionEndpoint,
): Kafka {
  return {
    apiVersion: strimziApi,
    kind: "Kafka",
    metadata: { name: kafkaName, namespace: streamingName },
    spec: {
      kafka: {
        version: plan.kafkaVersion,
        listeners: [clientListener(plan.apps), ...regionsListeners(cluster, endpoint)],
        authorization: { type: "simple" },
        config: cluster.config,
        rack: { topologyKey: labelKeys.topologyZone },
        metricsConfig: metricsOf("kafka_server_.*", "kafka_controller_.*", "kafka_network_.*"),
      },
      entityOperator: {
        topicOperator: { resources: resources("50m", "384Mi") },
        userOperator: { resources: resources("50m", "384Mi") },
      },
      // The lag of consumer groups.
      kafkaExporter: { groupRegex: ".*", topicRegex: ".*", resources: resources("50m", "128Mi") },
      clusterCa: { generateCertificateAuthority: false },
      clientsCa: { generateCertificateAuthority: false },
    },
  };
}

/** For pods of the declared apps, and for the mirror in the brokers' own namespace. */
function clientListener(apps: readonly string[]): KafkaListener {
  const ofApps =
    apps.length === 0
      ? []
      : [
          {
            namespaceSelector: {
              matchExpressions: [
                { key: labelKeys.namespaceName, operator: "In" as const, values: apps },
              ],
            },
          },
        ];
  return {
    name: "tls",
    port: clientPort,
    type: "internal",
    tls: true,
    authentication: { type: "tls" },
    networkPolicyPeers: [...ofApps, { podSelector: {} }],
  };
}

/** For other regions. Brokers advertise their load balancer, whose name is then in their certificates. */
function regionsListeners(
  { brokers }: KafkaClusterPlan,
  endpoint: RegionEndpoint | undefined,
): readonly KafkaListener[] {
  if (endpoint === undefined) return [];
  const { host, loadBalancers } = endpoint;
  return [
    {
      name: regionsListener,
      port: regionsPort,
      type: "cluster-ip",
      tls: true,
      authentication: { type: "tls" },
      networkPolicyPeers: [{ ipBlock: { cidr: loadBalancers } }],
      configuration: {
        bootstrap: { alternativeNames: [host] },
        brokers: brokers.map(({ id }) => ({
          broker: id,
          advertisedHost: host,
          advertisedPort: brokerPort(id),
        })),
      },
    },
  ];
}

/** Brokers of one zone with the same roles. */
export interface BrokerPool {
  /** Name of the node pool, e.g. "eu-west-1a". Part of the names of its pods and volumes. */
  readonly name: string;
  readonly zone: string;
  readonly controller: boolean;
  readonly ids: readonly number[];
}

/** The pools of a region's brokers: one for each zone, and another for its brokers that are no controllers. */
export function brokerPools(brokers: readonly BrokerPlan[]): readonly BrokerPool[] {
  const zones = [...new Set(brokers.map(({ zone }) => zone))];
  return zones.flatMap((zone) =>
    [true, false].flatMap((controller) => {
      const ids = brokers
        .filter((broker) => broker.zone === zone && broker.controller === controller)
        .map(({ id }) => id);
      const name = controller ? zone : `${zone}-brokers`;
      return ids.length === 0 ? [] : [{ name, zone, controller, ids }];
    }),
  );
}

/**
 * A node pool. The annotation gives its nodes the ids of the plan.
 * @param size volume of each broker. @param storageClass of the volumes.
 */
export function nodePoolObject(
  { name, zone, controller, ids }: BrokerPool,
  size: string,
  storageClass: string,
): KafkaNodePool {
  return {
    apiVersion: strimziApi,
    kind: "KafkaNodePool",
    metadata: {
      name,
      namespace: streamingName,
      labels: { [clusterLabel]: kafkaName },
      annotations: { "strimzi.io/next-node-ids": JSON.stringify(ids) },
    },
    spec: {
      replicas: ids.length,
      roles: controller ? ["controller", "broker"] : ["broker"],
      storage: {
        type: "jbod",
        volumes: [
          {
            id: 0,
            type: "persistent-claim",
            size,
            class: storageClass,
            deleteClaim: false,
            kraftMetadata: "shared",
          },
        ],
      },
      resources: resources("500m", "2Gi"),
      jvmOptions: { "-Xms": "1024m", "-Xmx": "1024m" },
      template: { pod: { affinity: inZone(zone) } },
    },
  };
}

/** A volume cannot leave its zone, so the broker is bound to it from the beginning. */
function inZone(zone: string) {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          {
            matchExpressions: [
              { key: labelKeys.topologyZone, operator: "In" as const, values: [zone] },
            ],
          },
        ],
      },
    },
  };
}
