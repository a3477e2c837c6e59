import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import {
  type Kafka,
  type KafkaAccess,
  withKafka,
} from "../../infra/components/streaming/handlers/kafkaClient";
import { brokerName } from "../../infra/components/streaming/localNames";
import { administrator, kafkaFiles } from "../../infra/components/streaming/manifests/localKafka";
import {
  type KafkaMachine,
  serversOf,
} from "../../infra/components/streaming/manifests/localProcesses";
import { properties } from "../../infra/components/streaming/manifests/properties";
import type { StreamingPlan } from "../../infra/components/streaming/plan";

/** Kafka of several regions that runs on this machine. */
export interface RunningKafka {
  readonly plan: StreamingPlan;
  readonly machine: KafkaMachine;
  readonly signal: AbortSignal;
}

type Connection = Parameters<Parameters<typeof withKafka>[1]>[0];

/** The administrator's folder in that of a region's first broker: a client's settings and certificate. */
function administratorFolder({ machine }: Pick<RunningKafka, "machine">, region: string): string {
  return path.join(machine.folder(brokerName(region, 0)), administrator);
}

/** Access to a region as the administrator. */
export function accessTo(kafka: Omit<RunningKafka, "signal">, region: string): KafkaAccess {
  const read = (file: string) =>
    fs.readFileSync(path.join(administratorFolder(kafka, region), file), "utf8");
  // The file has both; a reader of PEM takes the part that it needs.
  const identity = read(kafkaFiles.identity);
  return {
    servers: serversOf(kafka.plan, region, kafka.machine),
    authority: read(kafkaFiles.authority),
    ...{ certificate: identity, key: identity },
  };
}

/** Offset after the last record of each partition of a topic; with a time, that of the first record that is not older. */
export async function offsetsOf(
  connection: Connection,
  library: Kafka,
  topic: string,
  time = -1n,
): Promise<readonly { readonly offset: number; readonly timestamp: number }[]> {
  const { topics } = await library.metadataV12.api.async(connection, [topic], false, false);
  const partitions = (topics[0]?.partitions ?? []).map(({ partitionIndex }) => ({
    ...{ partitionIndex, currentLeaderEpoch: -1, timestamp: time },
  }));
  const asked = [{ name: topic, partitions }];
  const answer = await library.listOffsetsV9.api.async(connection, -1, 0, asked);
  return [...(answer.topics[0]?.partitions ?? [])]
    .sort((one, other) => one.partitionIndex - other.partitionIndex)
    .map(({ offset, timestamp }) => ({ offset: Number(offset), timestamp: Number(timestamp) }));
}

/**
 * Runs one of Kafka's own commands against a region, as the administrator.
 * @param name class in `org.apache.kafka.tools`.
 * @param settings of its client, beside those of the connection.
 * @returns its output.
 * @throws with the end of its output if it fails.
 */
export async function kafkaCommand(
  kafka: RunningKafka,
  region: string,
  name: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = administratorFolder(kafka, region);
  const file = path.join(folder, `${name}.properties`);
  const connection = fs.readFileSync(path.join(folder, "client.properties"), "utf8");
  fs.writeFileSync(file, connection + properties(settings));
  const { java, kafka: jars } = kafka.machine.tools;
  const servers = serversOf(kafka.plan, region, kafka.machine).join(",");
  const command = [
    ...["-Xmx256m", "-XX:+UseSerialGC", "-cp", path.join(jars, "*")],
    ...[`org.apache.kafka.tools.${name}`, "--bootstrap-server", servers],
    ...["--command-config", file, ...args],
  ];
  return outputOf(java, command, kafka.signal);
}

function outputOf(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], signal });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`Kafka's command ended with ${code}:\n${output.slice(-2000)}`));
    });
  });
}
