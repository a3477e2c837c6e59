import { readOnly, type Served, tcp } from "../../plan/socketRule";
import type { Component, ComponentProcess } from "../component";
import { streamingSection } from "./configuration";
import { streamingCost } from "./cost";
import { brokerLabels } from "./manifests/labels";
import { clientPort } from "./manifests/endpoints";
import type { Listener } from "../flow";
import {
  brokerName,
  brokerPort,
  controllerPort,
  mirrorName,
  monitorName,
  monitorPort,
  mostLocalBrokers,
} from "./localNames";
import { clientName, streamingName } from "./names";
import { planStreaming } from "./plan";
import { type StreamingState, streamingRows } from "./status";

/** A broker accepts only clients with a certificate of the environment's own authority, and allows what an ACL allows. */
const kafka: Served = { protocol: "kafka", guard: "mutual TLS" };

function broker(id: number): ComponentProcess {
  return {
    place: "region",
    name: (region) => brokerName(region, id),
    sockets: [tcp("java", brokerPort("*", id), kafka), tcp("java", controllerPort("*", id), kafka)],
    runs: ({ environment }) => (streamingSection.of(environment).streaming?.brokers ?? 0) > id,
  };
}

/** It listens on no port. */
const mirror: ComponentProcess = {
  place: "region",
  name: mirrorName,
  sockets: [],
  runs: ({ environment }, region) =>
    planStreaming(environment)?.mirrors.some(({ target }) => target === region) ?? false,
};

/** Reads the state of all regions. */
const monitor: ComponentProcess = {
  place: "hub",
  name: () => monitorName,
  sockets: [tcp(monitorName, monitorPort, readOnly)],
};

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
  objectsInApps: [clientName],
  listeners: [brokers],
  tools: { local: ["java", "kafka"] },
  processes: [...Array.from({ length: mostLocalBrokers }, (_, id) => broker(id)), mirror, monitor],
  status: async (read, { environment }) => {
    const plan = planStreaming(environment);
    if (plan === undefined) return [];
    return streamingRows(
      plan,
      JSON.parse(await read.http(monitorPort, "/state")) as StreamingState,
    );
  },
  cost: streamingCost,
};
