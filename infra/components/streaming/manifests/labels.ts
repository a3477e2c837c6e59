import { kafkaName } from "../names";

/** Label by which Strimzi finds the cluster of an object, and by which its pods are selected. */
export const clusterLabel = "strimzi.io/cluster";

/** Labels of the brokers' pods. */
export const brokerLabels = {
  [clusterLabel]: kafkaName,
  "strimzi.io/component-type": "kafka",
} as const;
