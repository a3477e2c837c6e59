import type { Connection } from "@platformatic/kafka";
import { waitFor } from "../../../kube/kube";
import type { Handler } from "../../../provider/handler";
import { sayToEngine } from "../../../provider/log";
import { type AclRule, compareRules } from "../aclRules";
import { type FoundTopic, refusals, topicChanges, unconfigured } from "../topicChanges";
import type { TopicPlan } from "../types";
import { type Kafka, type KafkaAccess, withKafka } from "./kafkaClient";

/** Topics and permissions of one region's Kafka. */
export interface KafkaTopicsInputs {
  readonly region: string;
  /** With the administrator's certificate. Secret. */
  readonly access: KafkaAccess;
  readonly topics: readonly TopicPlan[];
  readonly acls: readonly AclRule[];
  /** Command that deletes a topic; `TOPIC` stands for its name. */
  readonly deleteCommand: string;
}

export interface KafkaTopicsOutputs {
  /** Topics that it has created at any time, sorted. */
  readonly created: readonly string[];
}

/** Seconds until the brokers of a region count as unable to start: on a busy machine, Java starts slowly. */
const readySeconds = 180;

const requestTimeoutMs = 30_000;

/** Creates and changes topics and permissions once the brokers are there. It deletes no topic. */
export const kafkaTopics: Handler<KafkaTopicsInputs, KafkaTopicsOutputs> = {
  replaceOn: ["region"],
  recomputeOn: ["topics"],

  validate({ topics }, old) {
    const refused = topics.flatMap((topic) => {
      const before = old?.topics.find(({ name }) => name === topic.name);
      return before === undefined ? [] : refusals(topic, before);
    });
    if (refused.length > 0) throw new Error(refused.join("\n"));
  },

  async create(inputs) {
    return { id: inputs.region, outputs: await reconcile(inputs, []) };
  },

  update: (_id, old, inputs) => reconcile(inputs, old.created),

  // Topics and permissions are part of the brokers' records, which stay.
  delete: () => Promise.resolve(),

  async ensureRunning(_id, old) {
    await reconcile(old, old.created);
  },
};

/** Makes the cluster as configured. */
async function reconcile(
  inputs: KafkaTopicsInputs,
  created: readonly string[],
): Promise<KafkaTopicsOutputs> {
  const { region, access, topics, acls } = inputs;
  await waitFor(`Kafka in ${region} answers`, readySeconds, () => isUp(access));
  return withKafka(access, async (connection, kafka) => {
    const client: Client = { connection, kafka };
    const found = await readTopics(client);
    const changes = topicChanges(topics, found);
    if (changes.refused.length > 0) throw new Error(changes.refused.join("\n"));
    await applyTopics(client, changes);
    await applyAcls(client, acls);
    for (const name of unconfigured(created, topics, found))
      sayToEngine(
        "warning",
        `Topic ${name} is no longer configured. It stays in ${region} with its records, and no app can use it. ` +
          `To delete it: ${inputs.deleteCommand.replace("TOPIC", name)}`,
      );
    const all = new Set([...created, ...topics.map(({ name }) => name)]);
    return { created: [...all].sort() };
  });
}

interface Client {
  readonly connection: Connection;
  readonly kafka: Kafka;
}

async function isUp(access: KafkaAccess): Promise<boolean> {
  return withKafka(access, async (connection, kafka) => {
    const { brokers } = await kafka.metadataV12.api.async(connection, [], false, false);
    return brokers.length >= access.servers.length;
  });
}

async function readTopics({ connection, kafka }: Client): Promise<Record<string, FoundTopic>> {
  const { topics } = await kafka.metadataV12.api.async(connection, null, false, false);
  const own = topics.filter(({ isInternal, name }) => !isInternal && name !== null);
  if (own.length === 0) return {};
  const resources = own.map(({ name }) => ({
    resourceType: topicResource,
    resourceName: name ?? "",
    // Null means all; an empty list means none.
    configurationKeys: null as unknown as string[],
  }));
  const { results } = await kafka.describeConfigsV4.api.async(connection, resources, false, false);
  const configOf = (name: string) =>
    (results.find(({ resourceName }) => resourceName === name)?.configs ?? [])
      .filter(({ configSource }) => configSource === ofTopic)
      .map((config) => [config.name, config.value ?? ""] as const);
  return Object.fromEntries(
    own.map(({ name, partitions }) => [
      name ?? "",
      {
        partitions: partitions.length,
        replicationFactor: partitions[0]?.replicaNodes.length ?? 0,
        config: Object.fromEntries(configOf(name ?? "")),
      },
    ]),
  );
}

/** Kafka's codes. */
const topicResource = 2;
const ofTopic = 1;
const setConfig = 0;
const deleteConfig = 1;
const any = 1;

async function applyTopics(
  { connection, kafka }: Client,
  { create, grow, configure }: ReturnType<typeof topicChanges>,
): Promise<void> {
  const timeout = requestTimeoutMs;
  if (create.length > 0) {
    const topics = create.map(({ name, partitions, replicationFactor, config }) => ({
      ...{ name, numPartitions: partitions, replicationFactor, assignments: [] },
      configs: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    }));
    await kafka.createTopicsV7.api.async(connection, topics, timeout, false);
  }
  if (grow.length > 0) {
    // No assignment: Kafka places the new partitions.
    const none = null as unknown as never[];
    const topics = grow.map(({ name, partitions }) => ({
      ...{ name, count: partitions, assignments: none },
    }));
    await kafka.createPartitionsV3.api.async(connection, topics, timeout, false);
  }
  if (configure.length > 0) {
    const resources = configure.map(({ name, set, unset }) => ({
      resourceType: topicResource,
      resourceName: name,
      configs: [
        ...Object.entries(set).map(([key, value]) => ({
          ...{ name: key, configOperation: setConfig, value },
        })),
        ...unset.map((key) => ({ name: key, configOperation: deleteConfig, value: null })),
      ],
    }));
    await kafka.incrementalAlterConfigsV1.api.async(connection, resources, false);
  }
}

async function applyAcls({ connection, kafka }: Client, wanted: readonly AclRule[]): Promise<void> {
  const { missing, extra } = compareRules(wanted, await readAcls({ connection, kafka }));
  if (missing.length > 0) await kafka.createAclsV3.api.async(connection, [...missing]);
  if (extra.length === 0) return;
  const filters = extra.map((rule) => ({
    resourceTypeFilter: rule.resourceType,
    resourceNameFilter: rule.resourceName,
    patternTypeFilter: rule.resourcePatternType,
    principalFilter: rule.principal,
    hostFilter: rule.host,
    operation: rule.operation,
    permissionType: rule.permissionType,
  }));
  await kafka.deleteAclsV3.api.async(connection, filters);
}

async function readAcls({ connection, kafka }: Client): Promise<AclRule[]> {
  const everything = [any, null, any, null, null, any, any] as const;
  const { resources } = await kafka.describeAclsV3.api.async(connection, ...everything);
  return resources.flatMap(({ resourceType, resourceName, patternType, acls }) =>
    acls.map((acl) => ({
      ...{ resourceType, resourceName, resourcePatternType: patternType },
      ...acl,
    })),
  );
}
