/**
 * Parts of messages of servers that refuse an object for now, in lower case: the gate's own refusals, a namespace that is deleted,
 * conflicts, and servers that have just started, whose access control has no roles yet and which do not know all kinds. A retry
 * succeeds.
 */
export const temporaryRefusals: readonly string[] = [
  "not created yet",
  "tries again",
  "being terminated",
  "being deleted",
  "object has been modified",
  "already exists",
  "not yet",
  "timed out",
  "timeout:",
  "request timeout",
  "deadline exceeded",
  "connection refused",
  ...["get", "list", "watch", "create", "update", "patch", "delete"].map(
    (verb) => `cannot ${verb} resource`,
  ),
  "rbac:",
  "not found",
  "could not find",
  "no matches for kind",
  "initial state",
  "not been initialized",
  "synchronizing cache",
  "service account",
  "status unknown",
];

/** Karmada's message for an object that it has not sent to the region, because its own cache of the region is not filled yet. */
export const notSent = "has not been initialized";

/** Whether a retry can succeed without a change by a person. */
export function isTemporary(message: string): boolean {
  const text = message.toLowerCase();
  return temporaryRefusals.some((part) => text.includes(part));
}
