import { releasePin } from "../../../infra/components/rollouts/admission";
import type { RolloutObject } from "../../../infra/components/rollouts/object";
import type { KubeClient } from "../../../infra/kube/client";
import { rolloutPath } from "./paths";

/**
 * Restores the desired template of a Rollout that was pinned to the other regions' stable version at its creation, once that
 * version is healthy. The Rollout then proceeds in steps from that version.
 * @throws KubeError: with 409 or 422 if the object has changed meanwhile; the next attempt uses its current state.
 */
export async function restoreDesiredTemplate(
  api: KubeClient,
  rollout: RolloutObject,
): Promise<void> {
  const patch = releasePin(rollout);
  if (patch === undefined) return;
  await api.patchIfPresent(rolloutPath(rollout), patch);
}
