import { appLabel } from "../../infra/components/federation/manifests/karmada";
import { holds, type ObservedRegion, type Pod } from "./model";

/** The pods of an app in a region that are ready and not being deleted; none if the region does not answer. Pure. */
export function readyPods(region: ObservedRegion | undefined, app: string): Pod[] {
  return (region?.pods ?? []).filter(
    (pod) =>
      pod.metadata.labels?.[appLabel] === app &&
      pod.metadata.deletionTimestamp === undefined &&
      holds(pod, "Ready"),
  );
}
