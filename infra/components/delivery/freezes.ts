import type { DeliveryConfig, FreezeConfig, TrackConfig } from "../../config/types";

/** The freeze in effect at a moment; undefined: none. */
export function freezeAt(freezes: readonly FreezeConfig[], moment: Date): FreezeConfig | undefined {
  const time = moment.getTime();
  return freezes.find(({ from, to }) => Date.parse(from) <= time && time < Date.parse(to));
}

/** A period in which Argo CD does not sync, as a field of an AppProject. */
export interface SyncWindow {
  readonly kind: "deny";
  /** Cron: minute, hour, day, month. */
  readonly schedule: string;
  /** A Go duration in whole minutes. */
  readonly duration: string;
  readonly applications: readonly string[];
  readonly timeZone: "UTC";
  readonly manualSync: boolean;
}

/**
 * Sync windows of Argo CD for all freezes that have not ended. A window has no year and would recur: a freeze that starts in over
 * a year is omitted until it is nearer.
 *
 * Argo CD does not correct drift during a window either: it does not distinguish types of automatic sync.
 */
export function syncWindows(freezes: readonly FreezeConfig[], now: Date): SyncWindow[] {
  const year = 365 * 24 * 3600_000;
  return freezes
    .filter(({ from, to }) => {
      const ends = Date.parse(to) > now.getTime();
      return ends && Date.parse(from) < now.getTime() + year;
    })
    .map(({ from, to }) => {
      const begin = new Date(from);
      const minutes = Math.ceil((Date.parse(to) - begin.getTime()) / 60_000);
      const month = begin.getUTCMonth() + 1;
      return {
        kind: "deny",
        schedule: `${begin.getUTCMinutes()} ${begin.getUTCHours()} ${begin.getUTCDate()} ${month} *`,
        duration: `${minutes}m`,
        applications: ["*"],
        timeZone: "UTC",
        // No manual sync during a freeze: --break-glass removes the window and is recorded.
        manualSync: false,
      };
    });
}

/** Whether each release needs approval. Argo CD then tracks the approved release, else the track itself. */
export function needsApproval(track: TrackConfig): boolean {
  return track.kind === "tags" && track.approval === "required";
}

/** Sync windows of an environment: if releases need approval, a freeze blocks the approval, not Argo CD. */
export function planSyncWindows(
  { track, freezes, breakGlass }: DeliveryConfig,
  now: Date,
): SyncWindow[] {
  return needsApproval(track) || breakGlass !== undefined ? [] : syncWindows(freezes, now);
}
