import { appSettled } from "./compose";
import type { AppStatus, Reason, Status } from "./model";

/** A part of the platform, or an app, that is not ready. */
export interface Missing {
  readonly name: string;
  /** Absent for a part of the platform. */
  readonly app?: AppStatus;
}

/**
 * Detects that a platform which is not ready makes no progress. A state counts as progress if it is new, so flapping between
 * known states does not.
 */
export class StallDetector {
  private readonly seen = new Set<string>();

  /** @param progressAt Time of the last progress, milliseconds. */
  constructor(private progressAt: number) {}

  /** @returns milliseconds without progress. */
  see(status: Status, missing: readonly Missing[], now: number): number {
    const names = missing.map(({ name }) => name);
    const zones = status.regions.map((region) => region.zones);
    const state = JSON.stringify([names, zones, status.apps.map(stateOf)]);
    if (!this.seen.has(state)) {
      this.seen.add(state);
      this.progressAt = now;
    }
    return now - this.progressAt;
  }
}

/** The reasons that stay until somebody changes something, of the apps that are missing. Pure. */
export function finalReasons(missing: readonly Missing[]): Reason[] {
  return missing.flatMap(({ app }) => (app?.reasons ?? []).filter(({ final }) => final));
}

/** Whether waiting longer is useless: nothing is missing but apps with a final reason. Pure. */
export function hasOnlyFinalReasons(missing: readonly Missing[]): boolean {
  return missing.length > 0 && missing.every((one) => finalReasons([one]).length > 0);
}

/** All fields of an app that change during its delivery, except the texts. */
function stateOf({ name, sync, health, revision, replicas, rollouts }: AppStatus): unknown {
  const reached = Object.entries(rollouts).map(([region, mark]) => [
    region,
    mark.phase,
    mark.reached,
  ]);
  return [name, sync, health, revision, replicas, reached];
}

/** Maximum number of apps in one line. */
const shown = 3;

/** One line: the parts of the platform, the first apps with the reason of each, and the number of the other apps. Pure. */
export function waitingText(missing: readonly Missing[]): string {
  const parts = missing.filter(({ app }) => app === undefined).map(({ name }) => name);
  const apps = missing.filter(({ app }) => app !== undefined).map(withReason);
  const more = apps.length - shown;
  return [...parts, ...apps.slice(0, shown), ...(more > 0 ? [`${more} more apps`] : [])].join(", ");
}

function withReason({ name, app }: Missing): string {
  if (app === undefined || appSettled(app)) return name;
  const { sync, health, replicas } = app;
  if (sync !== "Synced") return `${name} (${sync})`;
  if (replicas.ready < replicas.desired)
    return `${name} (${replicas.ready} of ${replicas.desired} replicas)`;
  return health === "Healthy" ? name : `${name} (${health})`;
}
