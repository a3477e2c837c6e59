import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { accessTo } from "../../bench/streaming/kafka";
import { planStreaming } from "../../infra/components/streaming/plan";
import { kafkaMachine } from "../../infra/components/streaming/resources/localMachine";
import { readEnvironmentFile } from "../../infra/config";
import { type Instance, serviceDir } from "../../infra/providers/local/instance";
import { readPorts } from "../../infra/providers/local/ports";
import { processesOf } from "../../infra/providers/local/processes";
import type { DrillKafka } from "./drill";

/**
 * Kafka of a platform on this machine. Its clients have the certificate of the administrator, which may use the topics and groups of
 * every app.
 * @throws if the platform was brought up without streaming.
 */
export function kafkaOf(instance: Instance, signal?: AbortSignal): DrillKafka {
  const plan = planStreaming(readEnvironmentFile(instance.stackConfigFile, instance.environment));
  if (plan === undefined)
    throw new Error(
      `${instance.environment} has no Kafka, and the drill needs it. Add meridian:streaming to its file, and run \`meridian up\`.`,
    );
  const machine = kafkaMachine(instance, readPorts(instance));
  const access = (region: string) => accessTo({ plan, machine }, region);
  return { plan, access, ...(signal !== undefined && { signal }) };
}

/** Process ID of a broker or a mirror; undefined if it does not run. */
export function kafkaProcess(instance: Instance, name: string): number | undefined {
  const folder = serviceDir(instance, name) + path.sep;
  return processesOf(instance).find(({ command }) => command.includes(folder))?.pid;
}

/**
 * Simulates a full disk for one process: from now on no file of it can grow. Writes fail as on a full disk, but with EFBIG instead of
 * ENOSPC. The limit ends with the process: a restart is as if the disk had space again. Linux only.
 * @throws if `prlimit` of util-linux is missing.
 */
export function fillDisk(pid: number): void {
  execFileSync("prlimit", ["--pid", String(pid), "--fsize=1:unlimited"], { stdio: "pipe" });
}
