import type { DeliveryConfig, FreezeConfig, TrackConfig } from "../../config/types";

/** The freeze that holds at a moment; undefined: none. */
export function freezeAt(freezes: readonly FreezeConfig[], moment: Date): FreezeConfig | undefined {
  const time = moment.getTime();
  return freezes.find(({ from, to }) => Date.parse(from) <= time && time < Date.parse(to));
}

/** A time in which Argo CD syncs nothing by itself, in the fields of an AppProject. */
export interface SyncWindow {
  readonly kind: "deny";
  /** Cron: minute, hour, day, month. */
  readonly schedule: string;
  /** Of Go's form: whole minutes. */
  readonly duration: string;
  readonly applications: readonly string[];
  readonly timeZone: "UTC";
  readonly manualSync: boolean;
}

/**
 * Freezes as windows of Argo CD, without those that are over. A window has no year and would come again: whatever is over a
 * year away is left out until it is nearer.
 *
 * Drift is not healed either while a window is open: Argo CD tells one automatic sync from the other in no way.
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
        // Nobody goes past it by hand: --break-glass takes the window away, and is recorded.
        manualSync: false,
      };
    });
}

/** Whether a person has to approve each release: Argo CD then follows what was approved, else the track itself. */
export function needsApproval(track: TrackConfig): boolean {
  return track.kind === "tags" && track.approval === "required";
}

/** The windows of an environment: where a release needs approval, a freeze stops that, and not Argo CD. */
export function planSyncWindows(
  { track, freezes, breakGlass }: DeliveryConfig,
  now: Date,
): SyncWindow[] {
  return needsApproval(track) || breakGlass !== undefined ? [] : syncWindows(freezes, now);
}
