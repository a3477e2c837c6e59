import type { DeliveryConfig } from "../../config/types";
import { needsApproval } from "./freezes";

/**
 * The clone whose commits Argo CD is told of as they are made: this one, or another on this machine.
 * @param ownClone Folder of this clone.
 * @returns its folder; undefined: commits are made elsewhere, or what was approved does not move by itself.
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
