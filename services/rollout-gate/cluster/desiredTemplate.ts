import { releasePin } from "../../../infra/components/rollouts/admission";
import type { RolloutObject } from "../../../infra/components/rollouts/object";
import type { ApiConnection } from "../../../infra/kube/apiConnection";
import { patchIfThere } from "./api";
import { rolloutPath } from "./paths";

/**
 * Gives a Rollout that was created with the others' stable version the template that it asked for, once that version is healthy:
 * from there it takes its steps.
 * @throws as `demand`; with 409 or 422 when the object has changed meanwhile: the next try has it as it is then.
 */
export async function restoreDesiredTemplate(
  api: ApiConnection,
  rollout: RolloutObject,
): Promise<void> {
  const patch = releasePin(rollout);
  if (patch === undefined) return;
  await patchIfThere(api, rolloutPath(rollout), patch);
}
