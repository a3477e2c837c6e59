import type { Instance } from "../infra/providers/local/instance";
import {
  cpuSeconds,
  engineProcesses,
  ownSeconds,
  partOf,
  platformProcesses,
  supervisedName,
} from "./usage";

/** Processor seconds by the part of the platform, or of the command, that used them. */
export type CpuByPart = Readonly<Record<string, number>>;

const groups: readonly (readonly [RegExp, string])[] = [
  [/\/kube-apiserver$/, "API servers"],
  [/\/etcd$/, "etcd"],
  [/\/(kube-controller-manager|kube-scheduler|kwok-controller)$/, "controllers"],
  [/^argocd-|^redis/, "Argo CD"],
  [/^karmada-/, "Karmada"],
  // They run kwokctl, which creates a cluster, and then watch its processes.
  [/\/watch$|^cluster-/, "cluster scripts"],
  [/^supervisor$/, "supervisor"],
  [/^kafka-mirror-/, "Kafka mirrors"],
  [/^kafka-/, "Kafka brokers"],
  [/^streaming-/, "Kafka monitor"],
];

/** The groups that a platform has for Kafka. */
export const streamingGroups = ["Kafka brokers", "Kafka mirrors", "Kafka monitor"] as const;

/** The group of a part, such as "eu-west-1/etcd", or of a process by its name in the supervisor. Pure. */
export function groupOf(part: string): string {
  return groups.find(([pattern]) => pattern.test(part))?.[1] ?? "services";
}

/**
 * Processor time of a platform's processes since their start, each including the ended children that it waited for. The ended
 * children of the supervisor are services that it has restarted, so they form a part of their own.
 */
export function platformCpu(instance: Instance): CpuByPart {
  const used: Record<string, number> = {};
  const add = (group: string, seconds: number) => (used[group] = (used[group] ?? 0) + seconds);
  for (const found of platformProcesses(instance)) {
    const part = partOf(instance, found) ?? supervisedName(found.pid);
    const group = part === undefined ? "others" : groupOf(part);
    const [all, own] = [cpuSeconds([found.pid]), ownSeconds(found.pid)];
    if (group === "supervisor") add("ended services", all - own);
    add(group, group === "supervisor" ? own : all);
  }
  return used;
}

const everyMs = 500;

/**
 * Samples the engine and the providers of a command until stopped. They end with the command, so their last half second is not
 * measured.
 */
export function followEngine(command: number): { stop(): CpuByPart } {
  const engine = new Map<number, number>();
  const providers = new Map<number, number>();
  const look = () => {
    for (const { pid, command: line } of engineProcesses(command)) {
      // A provider waits for its child processes; the engine waits for providers, which are counted separately.
      if (line.includes("pulumi-resource-")) providers.set(pid, cpuSeconds([pid]));
      else engine.set(pid, ownSeconds(pid));
    }
  };
  const timer = setInterval(look, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return { engine: sum(engine.values()), providers: sum(providers.values()) };
    },
  };
}

/** All parts, with the rest of the command: the program, its checks, and the unmeasured time of the engine. Pure. */
export function withCommand(engine: CpuByPart, platform: CpuByPart, command: number): CpuByPart {
  const rest = Math.max(command - sum(Object.values(engine)), 0);
  return { command: rest, ...engine, ...platform };
}

export function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}
