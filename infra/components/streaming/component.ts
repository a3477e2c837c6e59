import type { Component } from "../component";
import { streamingSection } from "./configuration";
import { streamingName } from "./names";

/** Kafka in each region, mirrored between them. */
export const streaming: Component = {
  name: streamingName,
  configuration: streamingSection,
  isUsed: (environment) => streamingSection.of(environment).streaming !== undefined,
  namespaces: [streamingName],
};
