import { streamingSection } from "../infra/components/streaming/configuration";
import { monitorPort } from "../infra/components/streaming/localNames";
import { planStreaming } from "../infra/components/streaming/plan";
import type { StreamingState } from "../infra/components/streaming/status";
import type { Instance } from "../infra/providers/local/instance";
import { readPorts } from "../infra/providers/local/ports";
import { CommandError } from "../operations/errors";
import { httpGet } from "../operations/httpGet";
import { localInstance } from "./localOnly";
import { type TopicRow, topicRows, topicTable, topicText } from "./topicView";

export interface TopicOptions {
  readonly environment: string;
  readonly json?: boolean;
}

/** Timeout of the monitor, in milliseconds: it has the state in memory. */
const timeoutMs = 1000;

/** Lists the topics. */
export async function listTopics({ environment, json }: TopicOptions): Promise<number> {
  const { rows, regions } = await read(environment);
  console.log(json === true ? JSON.stringify(rows, null, 2) : topicTable(rows, regions));
  return 0;
}

/**
 * Shows a topic in each region, with the lag of its copies and of its consumer groups.
 * @throws CommandError if it is not configured.
 */
export async function describeTopic(
  name: string,
  { environment, json }: TopicOptions,
): Promise<number> {
  const { rows } = await read(environment);
  const row = rows.find((one) => one.name === name);
  if (row === undefined)
    throw new CommandError(
      `${name} is no topic of ${environment}. There are: ${rows.map((one) => one.name).join(", ") || "none"}. Topics are in meridian:streaming.topics.`,
    );
  console.log(json === true ? JSON.stringify(row, null, 2) : topicText(row));
  return 0;
}

async function read(
  environment: string,
): Promise<{ rows: readonly TopicRow[]; regions: readonly string[] }> {
  const { instance, configuration } = localInstance("topic", environment);
  const plan = planStreaming(configuration);
  const { streaming } = streamingSection.of(configuration);
  if (plan === undefined || streaming === undefined)
    throw new CommandError(
      `${environment} has no Kafka. Write meridian:streaming in its file (docs/guides/streaming.md), and run \`npx meridian up ${environment}\`.`,
    );
  const state = await readState(instance);
  return {
    rows: topicRows(plan, streaming.topics, state),
    regions: plan.clusters.map(({ region }) => region),
  };
}

async function readState(instance: Instance): Promise<StreamingState> {
  const port = readPorts(instance)[monitorPort] ?? 0;
  try {
    const { body } = await httpGet(`http://127.0.0.1:${port}/state`, timeoutMs);
    return JSON.parse(body) as StreamingState;
  } catch (error) {
    throw new CommandError(
      `Kafka's monitor does not answer: ${(error as Error).message}. \`npx meridian status ${instance.environment}\` shows what runs, \`npx meridian up ${instance.environment}\` starts it.`,
    );
  }
}
