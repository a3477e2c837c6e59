import { UsageError } from "../operations/errors";

/** Limits of a whole number. */
export interface Limits {
  /** Default: 0. */
  readonly least?: number;
  readonly most: number;
}

/** The value of an option that takes a whole number. @throws UsageError that says what it takes. */
export function wholeNumber(option: string, text: string, { least = 0, most }: Limits): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${option} is ${text}: give a whole number from ${least} to ${most}.`);
}

/** A parser for commander: see `wholeNumber`. */
export function wholeNumberOf(option: string, limits: Limits): (text: string) => number {
  return (text) => wholeNumber(option, text, limits);
}

/** Milliseconds of an option that takes a duration: 30s, 10m, 2h, 1h30m. @throws UsageError that says what it takes. */
export function duration(option: string, text: string): number {
  const [whole, hours = "0", minutes = "0", seconds = "0"] =
    /^(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/.exec(text) ?? [];
  if (whole === undefined || whole === "")
    throw new UsageError(`${option} is ${text}: give a duration such as 30s, 10m or 2h.`);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/** A parser for commander: see `duration`. */
export function durationOf(option: string): (text: string) => number {
  return (text) => duration(option, text);
}

/** A value of `meridian flag set`: a percentage, or a word. */
export type FlagValue = number | "on" | "off" | "default";

/** The value of `meridian flag set`. @throws UsageError that says what it takes. */
export function flagValue(text: string): FlagValue {
  if (text === "on" || text === "off" || text === "default") return text;
  const percent = Number(text);
  if (/^\d{1,3}(\.\d{1,3})?$/.test(text) && percent <= 100) return percent;
  throw new UsageError(
    `${JSON.stringify(text)} is none of these: a percentage from 0 to 100 with up to three decimals, on, off, default.`,
  );
}

/** The key of a flag, as LaunchDarkly accepts it. @throws UsageError that says what it takes. */
export function flagKey(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text)) return text;
  throw new UsageError(
    `${JSON.stringify(text)} is no key of a flag: letters, digits, dots, underscores and hyphens, a letter or digit first, 100 at most.`,
  );
}

/** `--data` of `meridian remove` repeats the app's name. @throws UsageError if it is another one. */
export function requireSameApp(app: string, data: string | undefined): void {
  if (data === undefined || data === app) return;
  throw new UsageError(
    `--data is ${data} and the app is ${app}: give the app's name again. Nothing was changed.`,
  );
}

/** A target of `meridian curl`: a URL, or an app with or without a path. @throws UsageError that says what it takes. */
export function curlTarget(text: string): string {
  if (URL.canParse(withScheme(text))) return text;
  throw new UsageError(
    `${text} is no URL: give an app such as storefront, or http://storefront.<domain>/path.`,
  );
}

/** A target of `meridian curl` as a URL. */
export function withScheme(target: string): string {
  return /^https?:\/\//.test(target) ? target : `http://${target}`;
}
