import { setTimeout as sleep } from "node:timers/promises";
import type { Follower } from "../../../infra/kube/watch";
import type { NodesApi } from "./nodes";
import { awaitsStart, type ObjectName, referencedObjects, type StartingPod } from "./pod";
import { isReported, statusOf, type Warning, warningsOf } from "./report";
import { decide } from "./verdict";

/** Interval at which the pods that cannot start are examined again, milliseconds. */
const resyncMs = 1000;

/** Interval at which the warnings of a pod that still cannot start are repeated, milliseconds: the longest pause of a kubelet. */
const repeatMs = 120_000;

/** The last warnings of a pod. */
interface Warned {
  readonly warnings: string;
  readonly at: number;
  readonly count: number;
}

/**
 * The kubelets of pods that refer to objects, which KWOK does not start: starts them once the objects exist, and reports until then
 * what is missing. A pod that refers to nothing, and one that has started, cause no work.
 */
export class Kubelets implements Follower<StartingPod> {
  /** Pods that wait for the decision of this process, by UID. */
  private readonly waiting = new Map<string, StartingPod>();
  private readonly busy = new Set<string>();
  private readonly warned = new Map<string, Warned>();

  constructor(
    private readonly nodes: NodesApi,
    /** Allocates the address of a pod, by UID. */
    private readonly podIPOf: (uid: string) => string,
    private readonly intervalMs = resyncMs,
  ) {}

  replace(pods: readonly StartingPod[]): void {
    const present = new Set(pods.map(({ metadata }) => metadata.uid));
    [...this.waiting.keys()].filter((uid) => !present.has(uid)).forEach((uid) => this.forget(uid));
    pods.forEach((pod) => this.set(pod));
  }

  set(pod: StartingPod): void {
    const { uid } = pod.metadata;
    if (!awaitsStart(pod)) {
      this.forget(uid);
      return;
    }
    this.waiting.set(uid, pod);
    void this.sync(uid);
  }

  remove({ metadata }: StartingPod): void {
    this.forget(metadata.uid);
  }

  /** Examines the waiting pods again, periodically, until the signal aborts. */
  async run(signal?: AbortSignal): Promise<void> {
    while (signal?.aborted !== true) {
      await sleep(this.intervalMs, undefined, { signal }).catch(() => undefined);
      await Promise.all([...this.waiting.keys()].map((uid) => this.sync(uid)));
    }
  }

  /** Examines a pod, and examines it again if it has changed in the meantime. */
  private async sync(uid: string): Promise<void> {
    if (this.busy.has(uid)) return;
    this.busy.add(uid);
    try {
      let pod: StartingPod | undefined;
      while (pod !== this.waiting.get(uid)) {
        pod = this.waiting.get(uid);
        if (pod !== undefined) await this.examine(pod);
      }
    } catch (error) {
      // The next round repeats it.
      console.error(`${uid}: ${(error as Error).message}`);
    } finally {
      this.busy.delete(uid);
    }
  }

  private async examine(pod: StartingPod): Promise<void> {
    const keys = new Map<string, ReadonlySet<string> | undefined>();
    await Promise.all(
      referencedObjects(pod).map(async (object) => {
        keys.set(keyOf(object), await this.nodes.keysOf(pod, object));
      }),
    );
    const verdict = decide(pod, (object) => keys.get(keyOf(object)));
    const status = statusOf(pod, verdict, {
      now: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      podIP: this.podIPOf(pod.metadata.uid),
    });
    if (!isReported(pod, status)) await this.nodes.report(pod, status);
    await this.warn(pod, warningsOf(pod, verdict));
  }

  /** Records all warnings of an attempt together, so that their times tell them apart from those of an earlier one. */
  private async warn(pod: StartingPod, warnings: readonly Warning[]): Promise<void> {
    if (warnings.length === 0) return;
    const { uid } = pod.metadata;
    const text = JSON.stringify(warnings);
    const now = performance.now();
    const before = this.warned.get(uid);
    if (before?.warnings === text && now - before.at < repeatMs) return;
    const count = (before?.count ?? 0) + 1;
    await Promise.all(warnings.map((warning) => this.nodes.warn(pod, warning, count)));
    if (this.waiting.has(uid)) this.warned.set(uid, { warnings: text, at: now, count });
  }

  private forget(uid: string): void {
    this.waiting.delete(uid);
    this.warned.delete(uid);
  }
}

function keyOf({ kind, name }: ObjectName): string {
  return `${kind}/${name}`;
}
