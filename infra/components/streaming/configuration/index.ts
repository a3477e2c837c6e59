import { section } from "../../../config/section";
import { checkStreaming } from "./checks";
import { awsSchema, localSchema, retentionMs, type StreamingInput } from "./schema";
import type { FlowConfig, MirroringConfig, StreamingConfig, TopicConfig } from "./types";

export type * from "./types";

/** `meridian:streaming`. */
export const streamingSection = section({
  options: { local: { streaming: localSchema }, aws: { streaming: awsSchema } },
  check: checkStreaming,
  resolve: ({ streaming }): { readonly streaming?: StreamingConfig } =>
    streaming === undefined ? {} : { streaming: resolveStreaming(streaming) },
});

function resolveStreaming(written: StreamingInput): StreamingConfig {
  return {
    brokers: written.brokers,
    ...("storage" in written && { storage: written.storage }),
    topics: Object.entries(written.topics).map(([name, topic]) => resolveTopic(name, topic)),
    mirroring: resolveMirroring(written.mirroring),
  };
}

function resolveTopic(name: string, written: StreamingInput["topics"][string]): TopicConfig {
  const { retention = "7d", replicationFactor, minInSyncReplicas, ...always } = written;
  return {
    name,
    ...always,
    retentionMs: retentionMs(retention) ?? -1,
    ...(replicationFactor !== undefined && { replicationFactor }),
    ...(minInSyncReplicas !== undefined && { minInSyncReplicas }),
  };
}

function resolveMirroring(written: StreamingInput["mirroring"]): MirroringConfig {
  const { source, flows, ...always } = written;
  return {
    ...always,
    ...(source !== undefined && { source }),
    ...(flows !== undefined && { flows: flows.map(resolveFlow) }),
  };
}

/** Omitted options are absent, not present with the value undefined. */
function resolveFlow({
  topics,
  ...ends
}: NonNullable<StreamingInput["mirroring"]["flows"]>[number]): FlowConfig {
  return { ...ends, ...(topics !== undefined && { topics }) };
}
