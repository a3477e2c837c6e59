import { gateAnnotation, type RolloutObject } from "../../../infra/components/rollouts/object";
import {
  type GateStatus,
  gateStatusOf,
  isSameReport,
} from "../../../infra/components/rollouts/gateStatus";
import type { KubeClient } from "../../../infra/kube/client";
import type { KnownFlag } from "../flags/types";
import { rolloutPath } from "./paths";

/** Writes the gate's status to an annotation of a Rollout, if it differs from the current one. @throws KubeError. */
export async function writeGateStatus(
  api: KubeClient,
  rollout: RolloutObject,
  region: string,
  known: KnownFlag,
): Promise<void> {
  const found = rollout.metadata.annotations?.[gateAnnotation];
  const saying = gateStatusOf(rollout, { region, known });
  if (saying === undefined ? found === undefined : isSameReport(found, saying)) return;
  const mark: GateStatus | undefined = saying && { ...saying, at: new Date().toISOString() };
  const annotations = { [gateAnnotation]: mark === undefined ? null : JSON.stringify(mark) };
  await api.patchIfPresent(rolloutPath(rollout), { metadata: { annotations } });
}
