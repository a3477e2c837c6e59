import { CommandError } from "../operations/errors";

/** Limits of a whole number. */
export interface Limits {
  /** Default: 0. */
  readonly least?: number;
  readonly most: number;
}

/** The value of an option that takes a whole number. @throws CommandError that says what it takes. */
export function wholeNumber(option: string, text: string, { least = 0, most }: Limits): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new CommandError(`${option} is ${text}: give a whole number from ${least} to ${most}.`);
}

/** Milliseconds of an option that takes a duration: 30s, 10m, 2h, 1h30m. @throws CommandError that says what it takes. */
export function duration(option: string, text: string): number {
  const [whole, hours = "0", minutes = "0", seconds = "0"] =
    /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text) ?? [];
  if (whole === undefined || whole === "")
    throw new CommandError(`${option} is ${text}: give a duration such as 30s, 10m or 2h.`);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
