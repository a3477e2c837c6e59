import { releasePin } from "../../../infra/components/rollouts/admission";
import type { RolloutObject } from "../../../infra/components/rollouts/object";
import type { KubeClient } from "../../../infra/kube/client";
import { rolloutPath } from "./paths";

/**
 * Gives a Rollout that was created with the others' stable version the template that it asked for, once that version is healthy:
 * from there it takes its steps.
 * @throws KubeError: with 409 or 422 if the object has changed meanwhile; the next try has its current state.
 */
export async function restoreDesiredTemplate(
  api: KubeClient,
  rollout: RolloutObject,
): Promise<void> {
  const patch = releasePin(rollout);
  if (patch === undefined) return;
  await api.patchIfPresent(rolloutPath(rollout), patch);
}
