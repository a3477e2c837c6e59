import { appSettled } from "./composeStatus";
import type { AppStatus, Status } from "./statusModel";

/** Something that is being waited for. */
export interface Missing {
  /** The part of the platform, or the app. */
  readonly name: string;
  readonly app?: AppStatus;
}

/**
 * Tells whether a platform that is not ready yet still gets somewhere. It moves when it is as it has never been before:
 * what goes to and fro between the same states stands still.
 */
export class Movement {
  private readonly seen = new Set<string>();
  private movedAt: number;

  /** @param now Milliseconds, as in each call of `see`. */
  constructor(now: number) {
    this.movedAt = now;
  }

  /** @returns for how many milliseconds nothing has moved. */
  see(status: Status, missing: readonly Missing[], now: number): number {
    const names = missing.map(({ name }) => name);
    const zones = status.regions.map((region) => region.zones);
    const state = JSON.stringify([names, zones, status.apps.map(stateOf)]);
    if (!this.seen.has(state)) {
      this.seen.add(state);
      this.movedAt = now;
    }
    return now - this.movedAt;
  }
}

/** All of an app that changes while it comes up. */
function stateOf({ name, sync, health, revision, replicas, rollouts }: AppStatus): unknown {
  const reached = Object.entries(rollouts).map(([region, { phase, reached }]) => [
    region,
    phase,
    reached,
  ]);
  return [name, sync, health, revision, replicas, reached];
}

/** Most apps that a line has room for. */
const shown = 3;

/** What is being waited for, in one line: the platform's parts, some apps with what they lack, and how many more. Pure. */
export function waitingText(missing: readonly Missing[]): string {
  const parts = missing.filter(({ app }) => app === undefined).map(({ name }) => name);
  const apps = missing.filter(({ app }) => app !== undefined).map(lackOf);
  const more = apps.length - shown;
  return [...parts, ...apps.slice(0, shown), ...(more > 0 ? [`${more} more apps`] : [])].join(", ");
}

function lackOf({ name, app }: Missing): string {
  if (app === undefined || appSettled(app)) return name;
  const { sync, health, replicas } = app;
  if (sync !== "Synced") return `${name} (${sync})`;
  if (replicas.ready < replicas.desired)
    return `${name} (${replicas.ready} of ${replicas.desired} replicas)`;
  return health === "Healthy" ? name : `${name} (${health})`;
}
