import { resources, zoneSpread } from "../../../manifests/charts";
import { labelKeys } from "../../../plan/names";
import { mirrorTopicPrefix, streamingName } from "../names";
import type { MirrorPlan, StreamingPlan } from "../types";
import { clusterAuthority, mirrorSecretName, userKeys } from "./certificates";
import { ownBootstrap, regionsBootstrap } from "./endpoints";
import { clusterLabel } from "./labels";
import { type KafkaEndpoint, type KafkaMirrorMaker2, metricsOf, strimziApi } from "./strimzi";

/** Name of a region's mirror. */
export const mirrorName = "mirror";

/**
 * The MirrorMaker of a region.
 * @param hosts by region, the host name under which other regions reach its brokers.
 * @throws RangeError if a source region has none.
 */
export function mirrorObject(
  { kafkaVersion }: Pick<StreamingPlan, "kafkaVersion">,
  mirror: MirrorPlan,
  hosts: Readonly<Record<string, string>>,
): KafkaMirrorMaker2 {
  return {
    apiVersion: strimziApi,
    kind: "KafkaMirrorMaker2",
    metadata: { name: mirrorName, namespace: streamingName },
    spec: {
      version: kafkaVersion,
      // One continues when a node or a zone is lost.
      replicas: 2,
      target: {
        ...endpoint(mirror.target, ownBootstrap),
        groupId: `${mirrorTopicPrefix}${mirror.target}`,
        configStorageTopic: `${mirrorTopicPrefix}configs`,
        offsetStorageTopic: `${mirrorTopicPrefix}offsets`,
        statusStorageTopic: `${mirrorTopicPrefix}status`,
        config: mirror.worker,
      },
      mirrors: mirror.flows.map((flow) => ({
        source: endpoint(flow.from, regionsBootstrap(hostOf(hosts, flow.from))),
        sourceConnector: {
          tasksMax: flow.tasksMax,
          config: flow.source,
          autoRestart: { enabled: true },
        },
        checkpointConnector: { config: flow.checkpoint, autoRestart: { enabled: true } },
        topicsPattern: flow.topicsPattern,
        groupsPattern: flow.groupsPattern,
      })),
      resources: resources("250m", "1Gi"),
      jvmOptions: { "-Xms": "512m", "-Xmx": "512m" },
      rack: { topologyKey: labelKeys.topologyZone },
      metricsConfig: metricsOf("kafka_connect_.*", "kafka_producer_.*", "kafka_consumer_.*"),
      template: {
        pod: { topologySpreadConstraints: zoneSpread({ [clusterLabel]: mirrorName }) },
      },
    },
  };
}

/** Regions have one authority for brokers and one for clients: the same certificates are valid at both ends. */
function endpoint(alias: string, bootstrapServers: string): KafkaEndpoint {
  return {
    alias,
    bootstrapServers,
    tls: { trustedCertificates: [{ secretName: clusterAuthority.certificate, pattern: "*.crt" }] },
    authentication: {
      type: "tls",
      certificateAndKey: {
        secretName: mirrorSecretName,
        certificate: userKeys.certificate,
        key: userKeys.key,
      },
    },
  };
}

function hostOf(hosts: Readonly<Record<string, string>>, region: string): string {
  const host = hosts[region];
  if (host === undefined) throw new RangeError(`the brokers of ${region} have no address`);
  return host;
}
