import { placeOf } from "../../../components/dns/geography";

/** When a region's data holders are backed up and maintained, as AWS writes it, UTC. */
export interface QuietWindows {
  /** Daily, one hour: "01:00-02:00". */
  readonly backup: string;
  /** Weekly, one hour, never over the backup: "tue:03:00-tue:04:00". */
  readonly maintenance: string;
}

/** Days with the next: not on a weekend, when fewer people are there to see what maintenance did. */
const days = [
  ["mon", "tue"],
  ["tue", "wed"],
  ["wed", "thu"],
  ["thu", "fri"],
] as const;

/** By the sun, where nobody has to know a region's time zone: half an hour off is as quiet. */
const backupHour = 2;
const maintenanceHour = 4;

/**
 * The small hours of the region itself, so regions are not maintained at the same time; those of one longitude mostly
 * differ by the day. Depends on nothing but the region's name: another region changes none.
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

/** "07:00" of 7; 24 is the next day's "00:00". */
function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, "0")}:00`;
}

/** A number that the name alone decides. */
function spread(name: string): number {
  return [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
}
