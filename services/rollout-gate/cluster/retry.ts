import { mayBeginAgain } from "../../../infra/components/rollouts/abort";
import type { RolloutObject } from "../../../infra/components/rollouts/object";
import type { KubeClient } from "../../../infra/kube/client";
import type { KnownFlag } from "../flags/types";
import { rolloutPath } from "./paths";

/** Least time between two beginnings of one Rollout, milliseconds. */
export const retryEveryMs = 5000;

/**
 * What begins a Rollout again. Within 30 s after the abort (`scale-down-deadline` is on its ReplicaSet, and with no pods for ever) Argo
 * Rollouts skips its analyses at the first look, forgets `abortedAt` by which it knows that it has to ask anew, and goes by those
 * that were: a failed one aborts it again, without end, and one that succeeded in between lets it on though nobody has asked (its issues
 * 841 and 2897). Without their names it makes new ones.
 */
const beginning = {
  abort: false,
  canary: { currentStepAnalysisRunStatus: null, currentBackgroundAnalysisRunStatus: null },
};

/** Lets aborted Rollouts begin again. */
export class Retries {
  private readonly begun = new Map<string, number>();

  /** @param now A clock that nobody sets, milliseconds. */
  constructor(
    private readonly api: KubeClient,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Does more than `kubectl argo rollouts retry` does, if it is time.
   * @returns how long to wait until it may be begun, milliseconds; undefined: there is nothing to wait for.
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
