import { type CpuByPart, streamingGroups, sum } from "../cpuByPart";

/** True for the parts of a platform that it has for Kafka: brokers, mirrors and the monitor. Pure. */
export function isStreaming(part: string): boolean {
  return /^(kafka-|streaming-)/.test(part);
}

/** Processor seconds of Kafka. Pure. */
export function sumOf(cpu: CpuByPart): number {
  return sum(streamingGroups.map((group) => cpu[group] ?? 0));
}
