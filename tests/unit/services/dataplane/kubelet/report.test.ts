import * as assert from "node:assert/strict";
import type { StartingPod } from "../../../../../services/dataplane/kubelet/pod";
import { isReported, statusOf, warningsOf } from "../../../../../services/dataplane/kubelet/report";
import type { Verdict } from "../../../../../services/dataplane/kubelet/verdict";
import { startingPod, statesOf } from "../../../../support/startingPod";

const now = "2026-01-01T00:00:00Z";
const facts = { now, podIP: "10.20.1.0" };
const failure = { reason: "CreateContainerConfigError", message: 'secret "a" not found' } as const;
const verdict = (change: Partial<Verdict> = {}): Verdict => ({
  ...{ mountFailures: [], failures: new Map(), missingPullSecrets: [] },
  ...change,
});
const failing = (...names: string[]) =>
  verdict({ failures: new Map(names.map((name) => [name, failure])) });
const unmounted = verdict({ mountFailures: ["MountVolume.SetUp failed"] });
const completed = {
  terminated: { exitCode: 0, reason: "Completed", startedAt: now, finishedAt: now },
};
const app = { name: "app", image: "shop:1" };
const whole = startingPod({
  initContainers: [
    { name: "first", image: "shop:1" },
    { name: "sidecar", image: "shop:1", restartPolicy: "Always" },
  ],
  containers: [app, { name: "helper", image: "helper:1" }],
  readinessGates: [{ conditionType: "shop/loaded" }],
});

/** A pod with the reported status, as the API server returns it. */
const reported = (pod: StartingPod, given: Verdict): StartingPod => {
  const { phase, conditions, containerStatuses, initContainerStatuses } = statusOf(
    pod,
    given,
    facts,
  );
  const status = {
    phase,
    conditions: conditions.map(({ reason, message, ...rest }) => ({
      ...rest,
      ...(reason !== null && { reason }),
      ...(message !== null && { message }),
    })),
    containerStatuses,
    ...(initContainerStatuses && { initContainerStatuses }),
  };
  return { ...pod, status };
};
const conditionsOf = (given: Verdict) =>
  Object.fromEntries(
    statusOf(whole, given, facts).conditions.map(({ type, status, message }) => [
      type,
      message ?? status,
    ]),
  );

describe("The status that a kubelet reports", () => {
  it("is pending as long as anything is missing", () => {
    for (const given of [unmounted, failing("first"), failing("app"), failing("helper")])
      assert.equal(statusOf(whole, given, facts).phase, "Pending");
  });

  it("is that of a running pod if nothing is missing", () => {
    const { phase, podIPs, conditions } = statusOf(whole, verdict(), facts);
    assert.deepEqual([phase, podIPs], ["Running", [{ ip: "10.20.1.0" }]]);
    assert.deepEqual(
      conditions.map(({ type, status }) => [type, status]),
      ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "shop/loaded"].map(
        (type) => [type, "True"],
      ),
    );
    assert.deepEqual(statesOf(reported(whole, verdict())), [
      completed,
      ...Array.from({ length: 3 }, () => ({ running: { startedAt: now } })),
    ]);
  });

  it("has one waiting container, and lets the others run", () => {
    assert.deepEqual(statesOf(reported(whole, failing("app"))), [
      completed,
      { running: { startedAt: now } },
      { waiting: failure },
      { running: { startedAt: now } },
    ]);
    assert.deepEqual(conditionsOf(failing("app")), {
      PodReadyToStartContainers: "True",
      Initialized: "True",
      Ready: "containers with unready status: [app]",
      ContainersReady: "containers with unready status: [app]",
    });
  });

  it("lets everything after an init container wait for it", () => {
    const initializing = { waiting: { reason: "PodInitializing" } };
    assert.deepEqual(statesOf(reported(whole, failing("first", "app"))), [
      { waiting: failure },
      initializing,
      initializing,
      initializing,
    ]);
    const { Initialized: initialized } = conditionsOf(failing("first"));
    assert.equal(initialized, "containers with incomplete status: [first sidecar]");
  });

  it("has no sandbox, and creating containers, if a volume cannot be mounted", () => {
    assert.deepEqual(statesOf(reported(startingPod(), unmounted)), [
      { waiting: { reason: "ContainerCreating" } },
    ]);
    assert.equal(conditionsOf(unmounted)["PodReadyToStartContainers"], "False");
    assert.equal(statusOf(whole, unmounted, facts).podIP, undefined);
  });

  it("is sent only once", () => {
    for (const given of [failing("app"), failing("first"), unmounted]) {
      assert.equal(isReported(whole, statusOf(whole, given, facts)), false);
      const later = reported(whole, given);
      assert.equal(
        isReported(later, statusOf(later, given, { ...facts, now: "2027-01-01T00:00:00Z" })),
        true,
      );
      const other = verdict({ failures: new Map([["app", { ...failure, message: "other" }]]) });
      assert.equal(isReported(later, statusOf(later, other, facts)), false);
    }
  });

  it("leaves the time of a condition that has not changed", () => {
    const later = reported(whole, failing("app"));
    const { conditions } = statusOf(later, unmounted, facts);
    const changed = conditions.filter((one) => one.lastTransitionTime !== undefined);
    assert.deepEqual(
      changed.map(({ type }) => type),
      ["PodReadyToStartContainers", "Initialized"],
    );
  });
});

describe("The warnings of a kubelet", () => {
  it("are of the first failed init container, or of each failed container", () => {
    const named = (given: Verdict) => warningsOf(whole, given).map(({ container }) => container);
    assert.deepEqual(named(failing("first", "app")), [{ name: "first", init: true }]);
    assert.deepEqual(named(failing("app", "helper")), [
      { name: "app", init: false },
      { name: "helper", init: false },
    ]);
  });

  it("have the kubelet's reasons and messages", () => {
    const image = { reason: "InvalidImageName", message: "Failed to apply" } as const;
    const given = verdict({ failures: new Map([["app", image]]), missingPullSecrets: ["a", "b"] });
    assert.deepEqual(
      warningsOf(whole, given).map(({ reason, message }) => [reason, message]),
      [
        [
          "FailedToRetrieveImagePullSecret",
          "Unable to retrieve some image pull secrets (a, b); attempting to pull the image may not succeed.",
        ],
        ["InspectFailed", "Failed to apply"],
        ["Failed", "Error: InvalidImageName"],
      ],
    );
    assert.deepEqual(warningsOf(whole, unmounted), [
      { reason: "FailedMount", message: "MountVolume.SetUp failed" },
    ]);
  });
});
