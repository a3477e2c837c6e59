import { mayBeginAgain } from "../../../infra/components/rollouts/abort";
import type { RolloutObject } from "../../../infra/components/rollouts/object";
import type { KubeClient } from "../../../infra/kube/client";
import type { KnownFlag } from "../flags/types";
import { rolloutPath } from "./paths";

/** Minimum time between two retries of one Rollout, milliseconds. */
export const retryEveryMs = 5000;

/**
 * Status patch that retries a Rollout. Within 30 s after the abort (while `scale-down-deadline` is on its ReplicaSet, and with no
 * pods forever), Argo Rollouts skips its analyses in the first reconciliation and deletes `abortedAt`, by which it knows that it
 * has to run new ones. It then applies the previous results: a failed analysis aborts the Rollout again, in an endless loop, and
 * one that succeeded in between lets the Rollout proceed without a new analysis (its issues 841 and 2897). Without the names of
 * the old analyses it creates new ones.
 */
const beginning = {
  abort: false,
  canary: { currentStepAnalysisRunStatus: null, currentBackgroundAnalysisRunStatus: null },
};

/** Retries aborted Rollouts. */
export class Retries {
  private readonly begun = new Map<string, number>();

  /** @param now A monotonic clock, milliseconds. */
  constructor(
    private readonly api: KubeClient,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Retries a Rollout if it is due. Does more than `kubectl argo rollouts retry`.
   * @returns the time until a retry is due, milliseconds; undefined: there is nothing to wait for.
   * @throws KubeError.
   */
  async beginAgain(rollout: RolloutObject, known: KnownFlag): Promise<number | undefined> {
    if (!mayBeginAgain(rollout, known)) return undefined;
    const path = rolloutPath(rollout);
    const since = this.now() - (this.begun.get(path) ?? -Infinity);
    if (since < retryEveryMs) return retryEveryMs - since;
    this.begun.set(path, this.now());
    await this.api.patchIfPresent(`${path}/status`, { status: beginning });
    return undefined;
  }

  forget(rollout: RolloutObject): void {
    this.begun.delete(rolloutPath(rollout));
  }
}
