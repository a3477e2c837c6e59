import * as path from "node:path";
import { readEnvironmentFile } from "../../infra/config";
import { planStreaming } from "../../infra/components/streaming/plan";
import { kafkaMachine } from "../../infra/components/streaming/resources/localMachine";
import { readPorts } from "../../infra/providers/local/ports";
import { environment, meridian, type Platform, platformOf, writeOwnEnvironment } from "../platform";
import type { Lab } from "../types";
import type { RunningKafka } from "./kafka";

/** The topic that benchmarks write to. Every flow copies it. */
export const benchTopic = "bench";

/** Partitions of each topic of a benchmark: the default of declared topics. */
export const benchPartitions = 3;

/** Gives a home an environment with Kafka in every region. */
export function prepareStreaming(home: string): void {
  const topics = { [benchTopic]: { partitions: benchPartitions } };
  writeOwnEnvironment(home, { "meridian:streaming": { topics } });
}

const shared = new WeakMap<Lab, Promise<Platform>>();

/** A running platform with Kafka that benchmarks share; created on the first call. */
export function streamingPlatform(lab: Lab): Promise<Platform> {
  const found = shared.get(lab) ?? createPlatform(lab);
  shared.set(lab, found);
  return found;
}

async function createPlatform(lab: Lab): Promise<Platform> {
  lab.say("bringing up a platform with Kafka");
  const home = lab.freshHome();
  prepareStreaming(home);
  await meridian(home, ["up", environment], lab.signal);
  return platformOf(home);
}

/** Kafka of a running platform. @throws if it has none. */
export function kafkaOf({ instance }: Platform, signal: AbortSignal): RunningKafka {
  const plan = planStreaming(readEnvironmentFile(instance.stackConfigFile, environment));
  if (plan === undefined)
    throw new Error(`the platform in ${path.dirname(instance.dir)} has no Kafka`);
  const machine = kafkaMachine(instance, readPorts(instance));
  return { plan, machine, signal };
}
