import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import {
  instanceOf,
  serviceDataDir,
  serviceDir,
  writePrivate,
} from "../../../providers/local/instance";
import type { Handler } from "../../../provider/handler";
import { sayToEngine } from "../../../provider/log";
import { javaCommand, kafkaFiles, type KafkaId, loggingProperties } from "../manifests/localKafka";

/** The storage of one broker, which has to exist before its first start. */
export interface KafkaStorageInputs {
  readonly home: string;
  readonly environment: string;
  /** Process of the broker. */
  readonly name: string;
  readonly java: string;
  readonly kafka: string;
  readonly clusterId: KafkaId;
  /** The first controllers, as `id@host:port:directoryId`. */
  readonly controllers: readonly string[];
  /** Settings of the broker. Only those of its listeners and its folder matter, so a later change formats nothing. */
  readonly settings: string;
}

export type KafkaStorageOutputs = Record<never, never>;

const run = promisify(execFile);

/**
 * Formats a broker's storage once. Existing records stay, also if the broker is removed from the configuration: a later broker of
 * this name continues with them.
 */
export const kafkaStorage: Handler<KafkaStorageInputs, KafkaStorageOutputs> = {
  replaceOn: ["home", "environment", "name", "clusterId"],

  async create(inputs) {
    await format(inputs);
    return { id: inputs.name, outputs: {} };
  },

  async update(_id, _old, inputs) {
    await format(inputs);
    return {};
  },

  delete(_id, old) {
    const data = dataOf(old);
    if (fs.existsSync(data))
      sayToEngine(
        "warning",
        `${old.name} is no longer configured. Its records stay in ${data}: if it is configured again, it continues with them. ` +
          `To delete them: rm -r ${data}`,
      );
    return Promise.resolve();
  },

  ensureRunning: (_id, old) => format(old),
};

/** @throws if the folder has the storage of another cluster. */
export async function format(inputs: KafkaStorageInputs): Promise<void> {
  const folder = serviceDir(instanceOf(inputs.environment, inputs.home), inputs.name);
  const data = dataOf(inputs);
  const found = formattedFor(data);
  if (found === inputs.clusterId) return;
  if (found !== undefined)
    throw new Error(
      `${data} has records of the Kafka cluster ${found}, expected ${inputs.clusterId}. ` +
        "Move the folder away, and run the command again: it creates an empty one.",
    );
  fs.mkdirSync(path.dirname(data), { recursive: true, mode: 0o700 });
  const settings = path.join(folder, `format-${kafkaFiles.broker}`);
  writePrivate(settings, inputs.settings);
  writePrivate(path.join(folder, kafkaFiles.logging), loggingProperties);
  const [java = "", ...flags] = javaCommand(inputs, folder, 128);
  const options = ["--cluster-id", inputs.clusterId, "--config", settings];
  const quorum = ["--initial-controllers", inputs.controllers.join(",")];
  await run(java, [...flags, "kafka.tools.StorageTool", "format", ...options, ...quorum], {
    timeout: 120_000,
  }).catch((error: Error & { stderr?: string; stdout?: string }) => {
    const why = `${error.stdout ?? ""}${error.stderr ?? ""}`.trim().split("\n").slice(-3);
    throw new Error(`The storage of ${inputs.name} could not be formatted: ${why.join("; ")}`);
  });
}

function dataOf({ environment, home, name }: KafkaStorageInputs): string {
  return serviceDataDir(instanceOf(environment, home), name);
}

/** The cluster of a formatted folder. */
function formattedFor(data: string): KafkaId | undefined {
  const file = path.join(data, "meta.properties");
  if (!fs.existsSync(file)) return undefined;
  const [, id] = /^cluster\.id=(.*)$/m.exec(fs.readFileSync(file, "utf8")) ?? [];
  return id?.replaceAll("\\", "");
}
