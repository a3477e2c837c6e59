import { placeOf } from "../../../components/dns/geography";

/** Backup and maintenance windows of a region's data services, in AWS' format, UTC. */
export interface QuietWindows {
  /** Daily, one hour: "01:00-02:00". */
  readonly backup: string;
  /** Weekly, one hour, never during the backup: "tue:03:00-tue:04:00". */
  readonly maintenance: string;
}

/** Days with their successors: no maintenance on weekends, when fewer people notice its effects. */
const days = [
  ["mon", "tue"],
  ["tue", "wed"],
  ["wed", "thu"],
  ["thu", "fri"],
] as const;

/** Solar time, which needs no time zone of the region: half an hour of deviation does not matter. */
const backupHour = 2;
const maintenanceHour = 4;

/**
 * Windows in the region's own night, so that regions are not maintained at the same time; regions of one longitude mostly have
 * different days. Depends only on the region's name: another region changes nothing.
 */
export function quietWindows(region: string): QuietWindows {
  const offset = Math.round((placeOf(region)?.longitude ?? 0) / 15);
  const utc = (hour: number) => (((hour - offset) % 24) + 24) % 24;
  const backup = utc(backupHour);
  const maintenance = utc(maintenanceHour);
  const [day, following] = days[spread(region) % days.length] ?? days[0];
  const end = maintenance === 23 ? following : day;
  return {
    backup: `${clock(backup)}-${clock(backup + 1)}`,
    maintenance: `${day}:${clock(maintenance)}-${end}:${clock(maintenance + 1)}`,
  };
}

/** "07:00" for 7; 24 is the next day's "00:00". */
function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, "0")}:00`;
}

/** A number derived only from the name. */
function spread(name: string): number {
  return [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
}
