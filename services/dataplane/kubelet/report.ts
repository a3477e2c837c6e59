import type { Container, ContainerState, ContainerStatus, StartingPod } from "./pod";
import { starts, type Failure, type Verdict } from "./verdict";

interface ReportedCondition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string | null;
  readonly message: string | null;
  /** Only if the status changes. */
  readonly lastTransitionTime?: string;
}

interface ReportedStatus extends ContainerStatus {
  readonly image: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: ContainerState;
}

/** A strategic merge patch of a pod's status. Null removes a field. */
export interface StatusPatch {
  readonly phase: "Pending" | "Running";
  readonly startTime: string;
  readonly conditions: readonly ReportedCondition[];
  readonly containerStatuses: readonly ReportedStatus[];
  readonly initContainerStatuses: readonly ReportedStatus[] | null;
  /** Absent until the pod has a sandbox. */
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
}

/** Facts of a report that do not follow from pod and verdict. */
export interface Facts {
  /** RFC 3339. */
  readonly now: string;
  /** Address of the pod once it has a sandbox. */
  readonly podIP: string;
}

/** A warning of a kubelet about a pod. */
export interface Warning {
  readonly reason: string;
  readonly message: string;
  /** The container concerned. Default: the whole pod. */
  readonly container?: { readonly name: string; readonly init: boolean };
}

/** The status of a pod that a kubelet reports with a verdict. Pure. */
export function statusOf(pod: StartingPod, verdict: Verdict, { now, podIP }: Facts): StatusPatch {
  const { containers, initContainers: init = [], readinessGates = [] } = pod.spec;
  const mounted = verdict.mountFailures.length === 0;
  const initStates = init.map((one, index) => initState(one, init.slice(0, index), verdict, now));
  const blocked = !mounted || init.some(({ name }) => verdict.failures.has(name));
  const states = containers.map(({ name }) =>
    blocked ? creating(init) : mainState(verdict.failures.get(name), now),
  );
  const incomplete = init.filter((_, index) => initStates[index]?.waiting !== undefined);
  const unready = containers.filter((_, index) => states[index]?.running === undefined);
  const notReady = problem("ContainersNotReady", "unready status", unready);
  const holds = (type: string, failed?: Problem) => condition(pod, now, type, failed);
  return {
    phase: starts(verdict) ? "Running" : "Pending",
    startTime: pod.status?.startTime ?? now,
    conditions: [
      holds("PodReadyToStartContainers", mounted ? undefined : {}),
      holds("Initialized", problem("ContainersNotInitialized", "incomplete status", incomplete)),
      holds("Ready", notReady),
      holds("ContainersReady", notReady),
      // Nothing on this platform would set them.
      ...(starts(verdict) ? readinessGates.map(({ conditionType }) => holds(conditionType)) : []),
    ],
    containerStatuses: statuses(containers, states),
    initContainerStatuses: init.length === 0 ? null : statuses(init, initStates),
    ...(mounted && { podIP, podIPs: [{ ip: podIP }] }),
  };
}

/** Whether the pod's status already contains a report, apart from times. Pure. */
export function isReported({ status = {} }: StartingPod, report: StatusPatch): boolean {
  const sameCondition = (one: ReportedCondition) =>
    (status.conditions ?? []).some(
      ({ type, status: holds, reason, message }) =>
        type === one.type &&
        holds === one.status &&
        (reason ?? null) === one.reason &&
        (message ?? null) === one.message,
    );
  return (
    status.phase === report.phase &&
    report.conditions.every(sameCondition) &&
    essence(status.containerStatuses) === essence(report.containerStatuses) &&
    essence(status.initContainerStatuses) === essence(report.initContainerStatuses)
  );
}

/** The warnings of a verdict, those of containers only for the ones whose turn it is. Pure. */
export function warningsOf({ spec }: StartingPod, verdict: Verdict): Warning[] {
  const { mountFailures, failures, missingPullSecrets } = verdict;
  if (mountFailures.length > 0)
    return mountFailures.map((message) => ({ reason: "FailedMount", message }));
  const init = spec.initContainers?.find(({ name }) => failures.has(name));
  const attempted = init === undefined ? spec.containers : [init];
  const names = missingPullSecrets.join(", ");
  return [
    ...(names === ""
      ? []
      : [
          {
            reason: "FailedToRetrieveImagePullSecret",
            message: `Unable to retrieve some image pull secrets (${names}); attempting to pull the image may not succeed.`,
          },
        ]),
    ...attempted.flatMap(({ name }) => {
      const failure = failures.get(name);
      const container = { name, init: init !== undefined };
      return failure === undefined ? [] : warnings(failure).map((one) => ({ ...one, container }));
    }),
  ];
}

function warnings({ reason, message }: Failure): Warning[] {
  return reason === "InvalidImageName"
    ? [
        { reason: "InspectFailed", message },
        { reason: "Failed", message: `Error: ${reason}` },
      ]
    : [{ reason: "Failed", message: `Error: ${message}` }];
}

/** Init containers run one after the other: those before the first failure have completed. */
function initState(
  { name, restartPolicy }: Container,
  earlier: readonly Container[],
  { mountFailures, failures }: Verdict,
  now: string,
): ContainerState {
  if (mountFailures.length > 0 || earlier.some((one) => failures.has(one.name)))
    return { waiting: { reason: "PodInitializing" } };
  const failure = failures.get(name);
  if (failure !== undefined || restartPolicy === "Always") return mainState(failure, now);
  const times = { startedAt: now, finishedAt: now };
  return { terminated: { exitCode: 0, reason: "Completed", ...times } };
}

function mainState(failure: Failure | undefined, now: string): ContainerState {
  return failure === undefined ? { running: { startedAt: now } } : { waiting: failure };
}

function creating(init: readonly Container[]): ContainerState {
  return { waiting: { reason: init.length === 0 ? "ContainerCreating" : "PodInitializing" } };
}

function statuses(
  containers: readonly Container[],
  states: readonly ContainerState[],
): ReportedStatus[] {
  return containers.map(({ name, image = "" }, index) => {
    const state = states[index] ?? {};
    const started = state.running !== undefined;
    const ready = state.waiting === undefined;
    return { name, image, ready, started, restartCount: 0, state };
  });
}

/** Why a condition does not hold, as far as the kubelet gives a reason. */
interface Problem {
  readonly reason?: string;
  readonly message?: string;
}

/** Why a condition does not hold; undefined if no container is concerned. */
function problem(
  reason: string,
  status: string,
  containers: readonly Container[],
): Problem | undefined {
  if (containers.length === 0) return undefined;
  return {
    reason,
    message: `containers with ${status}: [${containers.map(({ name }) => name).join(" ")}]`,
  };
}

function condition(
  { status }: StartingPod,
  now: string,
  type: string,
  failed: Problem | undefined,
): ReportedCondition {
  const holds = failed === undefined ? "True" : "False";
  const before = status?.conditions?.find((one) => one.type === type)?.status;
  return {
    ...{ type, status: holds, reason: failed?.reason ?? null, message: failed?.message ?? null },
    ...(before !== holds && { lastTransitionTime: now }),
  };
}

/** Of each container its name and state, and why it waits. */
function essence(containers: readonly ContainerStatus[] | null | undefined): string {
  return JSON.stringify(
    (containers ?? []).map(({ name, state = {} }) => [
      name,
      ...(state.waiting === undefined
        ? Object.keys(state)
        : ["waiting", state.waiting.reason, state.waiting.message]),
    ]),
  );
}
