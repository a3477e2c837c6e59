import type { DeliveryConfig } from "../../config/types";
import { needsApproval } from "./freezes";

/**
 * The clone whose commits are reported to Argo CD immediately: this one or another on this machine.
 * @param ownClone Folder of this clone.
 * @returns its folder; undefined: the repository is remote, or releases need approval.
 */
export function followedClone(
  { repository, track }: Pick<DeliveryConfig, "repository" | "track">,
  ownClone: string,
): string | undefined {
  if (needsApproval(track)) return undefined;
  if (repository === ".") return ownClone;
  return repository.startsWith("file://")
    ? decodeURIComponent(new URL(repository).pathname)
    : undefined;
}
