import type {
  CanaryStep,
  PodTemplate,
  RolloutObject,
} from "../../infra/components/rollouts/object";
import type { FlagState } from "../../infra/components/rollouts/verdict";
import { type RolloutStep, rolloutSteps } from "../../infra/components/rollouts/steps";
import type { Flags, KnownFlag } from "../../services/rollout-gate/flags/types";

/** Steps as they stand in a Rollout. */
export function canarySteps(steps: readonly RolloutStep[] = rolloutSteps()): CanaryStep[] {
  return steps.map((step) =>
    step.kind === "weight"
      ? { setWeight: step.weight }
      : {
          analysis: {
            args: [
              { name: "app", value: "orders" },
              { name: "weight", value: `${step.weight}` },
              { name: "last", value: `${step.last}` },
            ],
          },
        },
  );
}

/** A template that runs a version, as git has it. */
export function templateOf(version: string, region = "eu-west-1"): PodTemplate {
  return {
    metadata: { labels: { "meridian.dev/app": "orders", "meridian.dev/region": region } },
    spec: { containers: [{ name: "web", image: `example.org/orders:${version}` }] },
  };
}

/** The same in a ReplicaSet, with the API server's defaults. */
export function storedTemplateOf(version: string, region = "eu-west-1"): PodTemplate {
  const { metadata } = templateOf(version, region);
  const hash = `hash-${version}-${region}`;
  return {
    metadata: {
      creationTimestamp: null,
      labels: { ...metadata?.labels, "rollouts-pod-template-hash": hash },
    },
    spec: {
      containers: [
        {
          name: "web",
          image: `example.org/orders:${version}`,
          imagePullPolicy: "IfNotPresent",
          resources: {},
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
        },
      ],
      dnsPolicy: "ClusterFirst",
      restartPolicy: "Always",
      schedulerName: "default-scheduler",
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    },
  };
}

/** The Rollout of orders in a region, at v2 from v1, unless something else is said. */
export function rolloutOf(
  status: RolloutObject["status"] = {},
  annotations?: Readonly<Record<string, string>>,
): RolloutObject {
  return {
    metadata: {
      name: "orders",
      namespace: "shop",
      resourceVersion: "7",
      generation: 1,
      labels: { "meridian.dev/app": "orders" },
      ...(annotations && { annotations }),
    },
    spec: { template: templateOf("v2"), strategy: { canary: { steps: canarySteps() } } },
    status: {
      stableRS: "v1",
      currentPodHash: "v2",
      currentStepIndex: 0,
      observedGeneration: "1",
      ...status,
    },
  };
}

/** What Argo Rollouts writes into the status of an aborted Rollout. */
export function abortedBy(message: string): NonNullable<RolloutObject["status"]> {
  const text = `Rollout aborted update to revision 2${message === "" ? "" : `: ${message}`}`;
  return {
    abort: true,
    currentStepIndex: 0,
    conditions: [
      { type: "Available", reason: "AvailableReason", message: "Rollout has minimum availability" },
      { type: "Progressing", reason: "RolloutAborted", message: text },
    ],
  };
}

/** Messages of aborts, as Argo Rollouts v1.9.0 makes them. */
export const abortMessages = {
  byGate:
    'Step-based analysis phase error/failed: Metric "gate" assessed Failed due to failed (1) > failureLimit (0)',
  byGateBeside:
    'Background analysis phase error/failed: Metric "gate-off" assessed Failed due to failed (1) > failureLimit (0)',
  byError:
    'Step-based analysis phase error/failed: Metric "gate" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: connect refused"',
  byMissingToken:
    'Step-based analysis phase error/failed: Unable to resolve metric arguments: secrets "rollout-gate" not found',
  byOtherMetric:
    'Background analysis phase error/failed: Metric "errors" assessed Failed due to failed (3) > failureLimit (2)',
  byPerson: "",
  byDeadline: 'ReplicaSet "orders-v2" has timed out progressing.',
} as const;

export function knownAs(state: FlagState | undefined, fresh = true, reason = "rule 1"): KnownFlag {
  return { state, fresh, reason };
}

/** Flags that a test switches. */
export class FakeFlags implements Flags {
  private readonly ears = new Set<() => void>();
  private readonly states = new Map<string, KnownFlag>();

  known(flag: string): KnownFlag {
    return this.states.get(flag) ?? knownAs(undefined, true, `there is no flag ${flag}`);
  }

  onChange(heard: () => void): () => void {
    this.ears.add(heard);
    return () => this.ears.delete(heard);
  }

  set(flag: string, known: KnownFlag): void {
    this.states.set(flag, known);
    this.ears.forEach((heard) => heard());
  }

  /** How many listen. */
  get heardBy(): number {
    return this.ears.size;
  }
}
