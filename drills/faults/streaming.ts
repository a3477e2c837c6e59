import { setTimeout as sleep } from "node:timers/promises";
import { brokerName, mirrorName } from "../../infra/components/streaming/localNames";
import { loseRegion, returnRegion } from "../../infra/providers/local/faults";
import type { Platform } from "../../bench/platform";
import type { Random } from "../random";
import { formatAccount, violations } from "../streaming/accounting";
import { type DrillKafka, KafkaDrill } from "../streaming/drill";
import { fillDisk, kafkaOf, kafkaProcess } from "../streaming/platform";
import { loseRegionWithConsumers } from "../streaming/regionLoss";
import { drillTopic } from "../streaming/topic";
import { waitUntil } from "../streaming/waitUntil";
import type { Fault, Injected } from "./types";

/** Records that are acknowledged before a fault, and after it. */
const recordsAround = 100;

/** Seconds until a killed process is replaced, and until records are acknowledged again. */
const replacedSeconds = 120;

/** SIGKILL of a broker. The supervisor restarts it. */
export const brokerLost: Fault = {
  kind: "broker-loss",
  inject: (platform, random, signal) =>
    withRecords(platform, random, signal, (kafka, region) => {
      const name = pickBroker(kafka, region, random);
      return killed(platform, name);
    }),
};

/** A broker hangs for some seconds: it keeps its connections and answers nothing. */
export const brokerPaused: Fault = {
  kind: "broker-pause",
  inject: (platform, random, signal) =>
    withRecords(platform, random, signal, (kafka, region) =>
      paused(platform, pickBroker(kafka, region, random), random, signal),
    ),
};

/** SIGKILL of a mirror, or a pause of some seconds. */
export const mirrorLost: Fault = {
  kind: "mirror-loss",
  inject: (platform, random, signal) =>
    withRecords(platform, random, signal, async ({ plan }) => {
      const name = mirrorName(random.pick(plan.mirrors).target);
      return random.next() < 0.5 ? killed(platform, name) : paused(platform, name, random, signal);
    }),
};

/**
 * The disk of a broker is full: it cannot append to a log and ends, since it has no other disk. Its successor has space again. A
 * broker that does not end is killed.
 */
export const diskFull: Fault = {
  kind: "disk-full",
  inject: (platform, random, signal) =>
    withRecords(platform, random, signal, async (kafka, region) => {
      const name = pickBroker(kafka, region, random);
      const pid = pidOf(platform, name);
      fillDisk(pid);
      const limit = 30;
      const ended = () => kafkaProcess(platform.instance, name) !== pid;
      const alone = await waitUntil(`${name} ends`, limit, signal, ended).then(
        () => true,
        () => false,
      );
      signal.throwIfAborted();
      if (!alone) process.kill(pid, "SIGKILL");
      return {
        what: `full disk of ${name}, which ${alone ? "ended" : `was killed after ${limit} s`}`,
        recovered: replaced(platform, name, pid),
      };
    }),
};

/** A region is lost with its brokers. Producers and consumers continue in another one, and go back after its return. */
export const regionLostWithConsumers: Fault = {
  kind: "region-loss with consumers",
  async inject(platform, random, signal) {
    const { instance, plan } = platform;
    const kafka = kafkaOf(instance, signal);
    const lost = random.pick(plan.regions);
    const other = random.pick(plan.regions.filter((region) => region !== lost));
    const account = await loseRegionWithConsumers(kafka, {
      ...{ ...drillTopic, lost: lost.name, other: other.name, records: recordsAround },
      lose: () => loseRegion(instance, lost.clusterName),
      giveBack: () => returnRegion(instance, lost.clusterName),
    });
    refuse(violations(account));
    const what = `${lost.name} lost, the group continues in ${other.name}`;
    return { what, afterwards: () => Promise.resolve(formatAccount(account)) };
  },
};

/** A process that a fault has hit. */
type Disturbed = Required<Pick<Injected, "what" | "recovered">>;

/** Acknowledged records are written, and read by a group, in a region before, during and after a fault. */
async function withRecords(
  platform: Platform,
  random: Random,
  signal: AbortSignal,
  fault: (kafka: DrillKafka, region: string) => Promise<Disturbed>,
): Promise<Injected> {
  const kafka = kafkaOf(platform.instance, signal);
  const { topic, reader } = drillTopic;
  const drill = new KafkaDrill(kafka, topic, reader);
  const { region } = random.pick(kafka.plan.clusters);
  try {
    const [writer, reading] = [drill.write(region), drill.read(region)];
    await acknowledgedMore(drill, signal);
    const { what, recovered } = await fault(kafka, region);
    const afterwards = async () => {
      await acknowledgedMore(drill, signal);
      await writer.stop();
      await drill.drained(reading);
      await reading.stop();
      await drill.mirrored();
      const account = await drill.account();
      refuse(violations(account));
      return formatAccount(account);
    };
    return {
      ...{ what: `${what}, with records in ${region}`, recovered, afterwards },
      end: () => drill.stop(),
    };
  } catch (error) {
    await drill.stop();
    throw error;
  }
}

async function acknowledgedMore(drill: KafkaDrill, signal: AbortSignal): Promise<void> {
  const before = drill.acknowledged;
  const enough = () => drill.acknowledged >= before + recordsAround;
  await waitUntil(`${recordsAround} records are acknowledged`, replacedSeconds, signal, enough);
}

/** @throws with the violations, one in a line. */
function refuse(found: readonly string[]): void {
  if (found.length > 0) throw new Error(found.join("\n"));
}

function pickBroker({ plan }: DrillKafka, region: string, random: Random): string {
  const brokers = plan.clusters.find((cluster) => cluster.region === region)?.brokers ?? [];
  return brokerName(region, random.pick(brokers).id);
}

function pidOf({ instance }: Platform, name: string): number {
  const pid = kafkaProcess(instance, name);
  if (pid === undefined) throw new Error(`${name} does not run, and the drill needs it`);
  return pid;
}

function killed(platform: Platform, name: string): Promise<Disturbed> {
  const pid = pidOf(platform, name);
  process.kill(pid, "SIGKILL");
  const what = `SIGKILL of ${name}`;
  return Promise.resolve({ what, recovered: replaced(platform, name, pid) });
}

/** Whether the supervisor has replaced a process. */
function replaced({ instance }: Platform, name: string, pid: number) {
  return () => {
    const now = kafkaProcess(instance, name);
    return Promise.resolve(now !== undefined && now !== pid);
  };
}

async function paused(
  platform: Platform,
  name: string,
  random: Random,
  signal: AbortSignal,
): Promise<Disturbed> {
  const seconds = random.between(1, 12);
  const pid = pidOf(platform, name);
  process.kill(pid, "SIGSTOP");
  try {
    await sleep(seconds * 1000, undefined, { signal });
  } finally {
    if (kafkaProcess(platform.instance, name) === pid) process.kill(pid, "SIGCONT");
  }
  const recovered = () => Promise.resolve(kafkaProcess(platform.instance, name) !== undefined);
  return { what: `${name} paused for ${seconds.toFixed(1)} s`, recovered };
}
