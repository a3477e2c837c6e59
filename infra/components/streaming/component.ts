import type { Component } from "../component";
import { streamingSection } from "./configuration";
import { brokerLabels } from "./manifests/labels";
import { clientPort } from "./manifests/endpoints";
import type { Listener } from "../flow";
import { streamingName } from "./names";

/**
 * The brokers in a cluster. The flows are those of apps, and of the mirror and the operator in their own namespace; Strimzi adds those
 * among brokers, and those from the load balancer of other regions.
 */
const brokers: Listener = {
  name: "kafka-clients",
  cluster: "region",
  namespace: streamingName,
  pods: brokerLabels,
  accepts: [{ from: [{ kind: "apps" }, { kind: "namespace" }], to: { port: clientPort } }],
};

/** Kafka in each region, mirrored between them. */
export const streaming: Component = {
  name: streamingName,
  configuration: streamingSection,
  isUsed: (environment) => streamingSection.of(environment).streaming !== undefined,
  namespaces: [streamingName],
  listeners: [brokers],
};
