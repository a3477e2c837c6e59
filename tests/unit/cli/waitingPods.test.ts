import * as assert from "node:assert/strict";
import { Announcements } from "../../../operations/status/announcements";
import { composeStatus } from "../../../operations/status/compose";
import type { PodEvent } from "../../../operations/status/kubeletReports";
import type { Observed, ObservedRegion, Pod } from "../../../operations/status/model";
import { missingOf } from "../../../operations/status/read";
import { inOrder, pod } from "../../support/observed";
import { planOf, small } from "../../support/plan";

const plan = planOf([small("eu-west-1"), small("us-east-1")]);
const good = inOrder(plan);
const remedy =
  "Create the object or key in the app's namespace, or fix its name in git. The pod then starts by itself.";

/** A pod of the app "shop" whose containers wait for these reasons. */
const waiting = (uid: string, ...states: { reason: string; message?: string }[]): Pod => {
  const one = pod("shop", undefined, { ready: false });
  return {
    ...one,
    metadata: { ...one.metadata, uid },
    status: { containerStatuses: states.map((state) => ({ state: { waiting: state } })) },
  };
};
const mountFailure = (uid: string, volume: string, lastTimestamp: string): PodEvent => ({
  message: `MountVolume.SetUp failed for volume "${volume}" : secret "a" not found`,
  lastTimestamp,
  involvedObject: { uid },
});
const observedWith = (change: Partial<ObservedRegion>): Observed => ({
  ...good,
  regions: Object.fromEntries(
    Object.entries(good.regions).map(([name, region]) => [
      name,
      region && { ...region, ...change },
    ]),
  ),
});
const reasonsOf = (change: Partial<ObservedRegion>) =>
  composeStatus(plan, observedWith(change)).apps[0]?.reasons ?? assert.fail();

const missing = { reason: "CreateContainerConfigError", message: 'secret "a" not found' };

describe("The reason of a pod that waits", () => {
  it("is the kubelet's for a missing object, final, with the remedy and all regions", () => {
    assert.deepEqual(reasonsOf({ pods: [waiting("1", missing), waiting("2", missing)] }), [
      {
        object: "Pod",
        regions: ["eu-west-1", "us-east-1"],
        message: 'CreateContainerConfigError: secret "a" not found',
        refused: false,
        final: true,
        remedy,
      },
    ]);
  });

  it("is the reason alone where the kubelet gives no message", () => {
    const [reason] = reasonsOf({ pods: [waiting("1", { reason: "ImagePullBackOff" })] });
    assert.deepEqual([reason?.message, reason?.final], ["ImagePullBackOff", false]);
  });

  it("is final for an image that cannot be named", () => {
    const message = 'couldn\'t parse image name "Shop": invalid reference format';
    const [reason] = reasonsOf({ pods: [waiting("1", { reason: "InvalidImageName", message })] });
    assert.equal(reason?.final, true);
    assert.match(reason.remedy ?? "", /^Fix the image in git/);
  });

  it("is none while a container is created, unless an event of this pod says so", () => {
    const creating = waiting("1", { reason: "ContainerCreating" });
    const events = [mountFailure("2", "v", "2026-01-01T00:00:00Z")];
    assert.deepEqual(reasonsOf({ pods: [creating], mountFailures: events }), []);
    const [reason] = reasonsOf({
      pods: [creating],
      mountFailures: [mountFailure("1", "v", "2026-01-01T00:00:00Z")],
    });
    assert.deepEqual(
      [reason?.message, reason?.final, reason?.remedy],
      ['MountVolume.SetUp failed for volume "v" : secret "a" not found', true, remedy],
    );
  });

  it("is of the last attempt, and not of a volume that has been mounted since", () => {
    const mountFailures = [
      mountFailure("1", "before", "2026-01-01T00:00:00Z"),
      mountFailure("1", "one", "2026-01-01T00:02:00Z"),
      mountFailure("1", "other", "2026-01-01T00:02:01Z"),
    ];
    const pods = [waiting("1", { reason: "ContainerCreating" })];
    const volumes = reasonsOf({ pods, mountFailures }).map(
      ({ message }) => /volume "(\w+)"/.exec(message)?.[1],
    );
    assert.deepEqual(volumes, ["one", "other"]);
  });

  it("is none of a pod that is deleted", () => {
    const one = waiting("1", missing);
    const metadata = { ...one.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
    assert.deepEqual(reasonsOf({ pods: [{ ...one, metadata }] }), []);
  });
});

describe("A final reason", () => {
  const failing = missingOf(composeStatus(plan, observedWith({ pods: [waiting("1", missing)] })));
  const line = `! shop: Pod in eu-west-1, us-east-1: CreateContainerConfigError: secret "a" not found → ${remedy}`;

  it("is printed once it has persisted, and once only", () => {
    const announcements = new Announcements();
    const printed = [0, 4000, 5000, 9000].map((now) => announcements.due(failing, now));
    assert.deepEqual(printed, [[], [], [line], []]);
  });

  it("is not printed if the object arrives in time, however often that happens", () => {
    const announcements = new Announcements();
    const printed = [0, 3000, 6000, 9000].map((now, index) =>
      announcements.due(index % 2 === 0 ? failing : [], now),
    );
    assert.deepEqual(printed.flat(), []);
  });
});
