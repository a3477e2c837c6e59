import { appLabel } from "../../infra/plan/names";
import type { PodEvent } from "./kubeletReports";
import { holds, type ObservedRegion, type Pod } from "./model";

/** The pods of an app in a region that are ready and not being deleted; none if the region does not answer. Pure. */
export function readyPods(region: ObservedRegion | undefined, app: string): Pod[] {
  return (region?.pods ?? []).filter(
    (pod) =>
      pod.metadata.labels?.[appLabel] === app &&
      pod.metadata.deletionTimestamp === undefined &&
      holds(pod, "Ready"),
  );
}

/** Reasons of a container that is about to start, which is no failure. */
const starting = ["ContainerCreating", "PodInitializing"];

/**
 * Why the containers of a pod wait, as the kubelet of its node reports it: `<reason>: <message>` for each, and for a volume that cannot be
 * mounted the message of the event. Pure.
 */
export function waitingReasons(pod: Pod, mountFailures: readonly PodEvent[]): string[] {
  const waiting = waitingStates(pod);
  const failed = waiting
    .filter(({ reason = "" }) => reason !== "" && !starting.includes(reason))
    .map(({ reason = "", message = "" }) => (message === "" ? reason : `${reason}: ${message}`));
  const mounts = awaitsContainers(pod) ? latest(pod, mountFailures) : [];
  return [...failed, ...mounts.flatMap(({ message }) => message ?? [])];
}

/** Time between the events of one attempt to mount all volumes, milliseconds. */
const attemptMs = 5000;

/** The events of a pod's last attempt: those of volumes that have been mounted since remain for an hour. */
function latest({ metadata }: Pod, events: readonly PodEvent[]): PodEvent[] {
  const own = events.filter(({ involvedObject }) => involvedObject.uid === metadata.uid);
  const timeOf = ({ lastTimestamp }: PodEvent) => Date.parse(lastTimestamp ?? "") || 0;
  const last = Math.max(...own.map(timeOf));
  return own.filter((event) => timeOf(event) > last - attemptMs);
}

/** Whether no container of a pod has begun, so that an event may have the reason. Pure. */
export function awaitsContainers(pod: Pod): boolean {
  const waiting = waitingStates(pod);
  return (
    waiting.length > 0 &&
    waiting.every(({ reason = "" }) => starting.includes(reason)) &&
    !holds(pod, "PodReadyToStartContainers")
  );
}

function waitingStates({ status }: Pod) {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].flatMap(
    ({ state }) => state?.waiting ?? [],
  );
}
