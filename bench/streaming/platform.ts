import * as path from "node:path";
import { parse, stringify } from "yaml";
import { readEnvironmentFile } from "../../infra/config";
import type { KafkaMachine } from "../../infra/components/streaming/manifests/localProcesses";
import { planStreaming } from "../../infra/components/streaming/plan";
import { serviceDir } from "../../infra/providers/local/instance";
import { readPorts } from "../../infra/providers/local/ports";
import { toolPath } from "../../toolchain";
import { ScratchClone } from "../clone";
import { environment, meridian, type Platform, platformOf } from "../platform";
import type { Lab } from "../types";
import type { RunningKafka } from "./kafka";

/** The topic that benchmarks write to. Every flow copies it. */
export const benchTopic = "bench";

/** Partitions of each topic of a benchmark: the default of declared topics. */
export const benchPartitions = 3;

const environmentFile = `environments/Pulumi.${environment}.yaml`;

/** The text of an environment file, with Kafka in every region. Pure. */
export function withStreaming(text: string): string {
  const file = parse(text) as { config: object };
  const topics = { [benchTopic]: { partitions: benchPartitions } };
  return stringify({ ...file, config: { ...file.config, "meridian:streaming": { topics } } });
}

/** Prepares a home whose platform will have Kafka: the program of its own clone, with a changed environment file. */
export function prepareStreaming(home: string): void {
  const clone = ScratchClone.in(home);
  clone.write(environmentFile, withStreaming(clone.read(environmentFile)));
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
  const ports = readPorts(instance);
  const machine: KafkaMachine = {
    environment,
    tools: { java: toolPath("java"), kafka: toolPath("kafka") },
    folder: (name) => serviceDir(instance, name),
    port: (name) => ports[name] ?? 0,
  };
  return { plan, machine, signal };
}
