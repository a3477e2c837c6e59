import type { Environment } from "../../infra/config/types";
import { appChanges, type AppChange } from "../../infra/plan/appChanges";
import { renderAt } from "./render";
import type { Revision } from "./revisions";

/** The differences in an environment's apps between two revisions. */
export interface Comparison {
  readonly environment: string;
  readonly from: Revision;
  readonly to: Revision;
  readonly changes: readonly AppChange[];
}

/** Renders an environment's apps at both revisions and compares them. */
export async function compare(
  clone: string,
  { name, delivery }: Pick<Environment, "name" | "delivery">,
  from: Revision,
  to: Revision,
  signal: AbortSignal,
): Promise<Comparison> {
  const before = await renderAt(clone, from, delivery.overlays, signal);
  const after = await renderAt(clone, to, delivery.overlays, signal);
  return { environment: name, from, to, changes: appChanges(before, after) };
}

/** Whether an app could not be rendered at one of the revisions. */
export function isBroken({ changes }: Comparison): boolean {
  return changes.some(({ what }) => what === "broken");
}
