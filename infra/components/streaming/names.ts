/** The names that the streaming component creates. They are identities: a changed rule replaces topics, users or clusters. */

/** Namespace of the brokers, and name of the component. */
export const streamingName = "streaming";

/** Name of each region's Kafka cluster. The regions' clusters are separate, so the name needs no region. */
export const kafkaName = "kafka";

/** Name of the ConfigMap and of the Secret by which an app reaches Kafka, in the app's namespace. */
export const clientName = `${streamingName}-client`;

/** Name in `region` of a topic that is mirrored from another region, as MirrorMaker's DefaultReplicationPolicy builds it. */
export function mirroredTopic(from: string, topic: string): string {
  return `${from}.${topic}`;
}

/** Name of the user of the mirror that writes to a region. No app can have it: the names of apps contain no dot. */
export function mirrorUserName(target: string): string {
  return `mirror.${target}`;
}

/** Kafka's principal of a client certificate with this common name. */
export function principalOf(user: string): string {
  return `User:CN=${user}`;
}

/**
 * Resource patterns of an app's consumer groups: the app's name, and every name that begins with it and a dot. The names of apps
 * contain no dot, so no app can join the group of another.
 */
export function groupPrefix(app: string): string {
  return `${app}.`;
}

/** Prefix of the internal topics that a mirror creates in its target region. */
export const mirrorTopicPrefix = "mm2-";

/** Topic in the target region with the translated offsets of one flow. */
export function checkpointsTopic(from: string): string {
  return `${from}.checkpoints.internal`;
}
