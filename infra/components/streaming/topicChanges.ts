import type { KafkaSettings, TopicPlan } from "./types";

/** A topic as it exists. */
export interface FoundTopic {
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Settings that the topic has of its own. */
  readonly config: KafkaSettings;
}

/** Changes of topics. Nothing that exists is deleted or becomes smaller. */
export interface TopicChanges {
  readonly create: readonly TopicPlan[];
  readonly grow: readonly { readonly name: string; readonly partitions: number }[];
  readonly configure: readonly {
    readonly name: string;
    readonly set: KafkaSettings;
    /** Settings that return to the broker's default. */
    readonly unset: readonly string[];
  }[];
  /** Changes that Kafka cannot make, each as a sentence with its remedy. */
  readonly refused: readonly string[];
}

/** Compares the wanted topics with the existing ones. */
export function topicChanges(
  wanted: readonly TopicPlan[],
  found: Readonly<Record<string, FoundTopic>>,
): TopicChanges {
  const existing = wanted.flatMap((topic) => {
    const present = found[topic.name];
    return present === undefined ? [] : [{ topic, present }];
  });
  return {
    create: wanted.filter(({ name }) => found[name] === undefined),
    grow: existing
      .filter(({ topic, present }) => topic.partitions > present.partitions)
      .map(({ topic: { name, partitions } }) => ({ name, partitions })),
    configure: existing.flatMap(({ topic: { name, config }, present }) => {
      const set = Object.entries(config).filter(([key, value]) => present.config[key] !== value);
      const unset = Object.keys(present.config).filter((key) => config[key] === undefined);
      if (set.length === 0 && unset.length === 0) return [];
      return [{ name, set: Object.fromEntries(set), unset }];
    }),
    refused: existing.flatMap(({ topic, present }) => refusals(topic, present)),
  };
}

/** Reasons why an existing topic cannot become the wanted one. */
export function refusals(
  { name, partitions, replicationFactor }: TopicPlan,
  found: Pick<FoundTopic, "partitions" | "replicationFactor">,
): string[] {
  return [
    ...(partitions < found.partitions
      ? [
          `Topic ${name} has ${found.partitions} partitions, and ${partitions} are configured: Kafka cannot remove partitions. ` +
            `Write partitions: ${found.partitions}, or create a topic with another name.`,
        ]
      : []),
    ...(replicationFactor !== found.replicationFactor
      ? [
          `Topic ${name} has replication factor ${found.replicationFactor}, and ${replicationFactor} is configured: that is not changed ` +
            `while it exists. Write replicationFactor: ${found.replicationFactor}, or create a topic with another name.`,
        ]
      : []),
  ];
}

/**
 * Existing topics that the platform created for an earlier configuration.
 * @param created names that it has created. @param wanted those of the configuration.
 */
export function unconfigured(
  created: readonly string[],
  wanted: readonly TopicPlan[],
  found: Readonly<Record<string, FoundTopic>>,
): string[] {
  const names = new Set(wanted.map(({ name }) => name));
  return created.filter((name) => !names.has(name) && found[name] !== undefined);
}
