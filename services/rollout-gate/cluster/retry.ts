import { mayBeginAgain } from "../../../infra/plan/rollouts/abort";
import type { RolloutObject } from "../../../infra/plan/rollouts/object";
import type { ApiConnection } from "../config";
import type { KnownFlag } from "../flags/types";
import { patchIfThere } from "./api";
import { rolloutPath } from "./paths";

/** Least time between two beginnings of one Rollout, milliseconds. */
export const retryEveryMs = 5000;

/** Lets aborted Rollouts begin again. */
export class Retries {
  private readonly begun = new Map<string, number>();

  /** @param now A clock that nobody sets, milliseconds. */
  constructor(
    private readonly api: ApiConnection,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Does as `kubectl argo rollouts retry` does, if it is time. `abortedAt` stays: by it Argo Rollouts knows that it has to ask
   * anew, and clears it then.
   * @returns how long to wait until it may be begun, milliseconds; undefined: there is nothing to wait for.
   * @throws as `demand`.
   */
  async beginAgain(rollout: RolloutObject, known: KnownFlag): Promise<number | undefined> {
    if (!mayBeginAgain(rollout, known)) return undefined;
    const path = rolloutPath(rollout);
    const since = this.now() - (this.begun.get(path) ?? -Infinity);
    if (since < retryEveryMs) return retryEveryMs - since;
    this.begun.set(path, this.now());
    await patchIfThere(this.api, `${path}/status`, { status: { abort: false } });
    return undefined;
  }

  forget(rollout: RolloutObject): void {
    this.begun.delete(rolloutPath(rollout));
  }
}
