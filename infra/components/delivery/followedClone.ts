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
  return needsApproval(track) ? undefined : followedFolder(repository, ownClone);
}

/** Folder of the clone that is delivered; undefined: the repository is not on this machine. @param repository as in `meridian:delivery`. */
export function followedFolder(repository: string, ownClone: string): string | undefined {
  if (repository === ".") return ownClone;
  return repository.startsWith("file://")
    ? decodeURIComponent(new URL(repository).pathname)
    : undefined;
}
