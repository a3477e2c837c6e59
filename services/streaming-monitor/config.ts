import * as fs from "node:fs";
import type { KafkaAccess } from "../../infra/components/streaming/handlers/kafkaClient";
import type { MirrorFlowPlan } from "../../infra/components/streaming/types";

/** A flow whose lag is measured. */
export type MonitoredFlow = Pick<MirrorFlowPlan, "from" | "policy" | "topics">;

/** Configuration of the process: a JSON file that the platform writes. */
export interface MonitorConfig {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Absolute path of the Kafka client library's main file. */
  readonly library: string;
  /** Bootstrap servers by region. */
  readonly regions: Readonly<Record<string, readonly string[]>>;
  /** Brokers that each region has by the plan. */
  readonly brokers: Readonly<Record<string, number>>;
  /** Flows of records by the region that receives them. */
  readonly flows: Readonly<Record<string, readonly MonitoredFlow[]>>;
  /** Of the monitor's user. PEM. */
  readonly identity: Omit<KafkaAccess, "servers">;
}

/** @throws when the file is missing or is not JSON. */
export function readConfig(file: string): MonitorConfig {
  return JSON.parse(fs.readFileSync(file, "utf8")) as MonitorConfig;
}
