/** A format of log lines. */
interface Format {
  readonly pattern: RegExp;
  /** The time of a line that matches, in milliseconds; NaN if it has none after all. */
  readonly time: (match: RegExpExecArray, now: number) => number;
}

/** The formats of the platform's processes. A time without a zone is local, as the processes run on this machine. */
const formats: readonly Format[] = [
  // JSON of Traefik, etcd, KWOK.
  { pattern: /^\{.*\}$/, time: ([text]) => timeInJson(text) },
  // klog of Kubernetes and Karmada: I1130 12:00:00.000000. It has no year.
  {
    pattern: /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d{3})/,
    time: ([, month, day, time], now) => inPastYear(`${month}-${day}T${time}`, now),
  },
  // logfmt of Argo CD and Argo Rollouts: time="2026-11-30T12:00:00Z" level=….
  {
    pattern: /(?:^| )(?:time|ts)="?(\d{4}-\d\d-\d\d[T ][^" ]+)/,
    time: ([, time = ""]) => Date.parse(time),
  },
  // The supervisor: 26-11-30 12:00:00.000.
  {
    pattern: /^(\d\d-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})/,
    time: ([, date, time]) => Date.parse(`20${date}T${time}`),
  },
  // PowerDNS: Nov 30 12:00:00. It has no year.
  {
    pattern: /^([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) /,
    time: ([, month = "", day = "", time], now) =>
      inPastYear(`${numberOf(month)}-${day.padStart(2, "0")}T${time}`, now),
  },
  // Redis and Valkey: 4711:M 30 Nov 2026 12:00:00.000.
  {
    pattern: /^\d+:[A-Z] (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d\.\d{3}) /,
    time: ([, day, month = "", year, time]) =>
      Date.parse(`${year}-${numberOf(month)}-${day}T${time}`),
  },
  // Go's own log package: 2026/11/30 12:00:00.
  {
    pattern: /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)/,
    time: ([, year, month, day, time]) => Date.parse(`${year}-${month}-${day}T${time}`),
  },
  // RFC 3339, with a space too.
  {
    pattern: /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)/,
    time: ([, date, time]) => Date.parse(`${date}T${time}`),
  },
];

/**
 * The time that a log line has at its place for it, in milliseconds; undefined: none. Pure.
 *
 * @param now The current time: a line without a year is of the past twelve months.
 */
export function timeOf(line: string, now: number): number | undefined {
  const text = line.replace(/^(?:\x1b\[[\d;]*m)+/, "").trimEnd();
  for (const { pattern, time } of formats) {
    const match = pattern.exec(text);
    const found = match === null ? Number.NaN : time(match, now);
    if (!Number.isNaN(found)) return found;
  }
  return undefined;
}

function timeInJson(text: string): number {
  try {
    const { ts, time } = JSON.parse(text) as { readonly ts?: unknown; readonly time?: unknown };
    const found = ts ?? time;
    // Seconds since 1970 with a fraction, as zap writes them, or milliseconds.
    if (typeof found === "number") return found < 1e11 ? found * 1000 : found;
    return typeof found === "string" ? Date.parse(found) : Number.NaN;
  } catch {
    return Number.NaN;
  }
}

/** Room for clocks that differ. */
const dayMs = 86_400_000;

/** The last time that this date was, or is within a day. */
function inPastYear(dateWithoutYear: string, now: number): number {
  const year = new Date(now).getFullYear();
  const times = [year + 1, year, year - 1].map((one) => Date.parse(`${one}-${dateWithoutYear}`));
  return times.find((time) => time <= now + dayMs) ?? Number.NaN;
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** "11" of "Nov". */
function numberOf(month: string): string {
  return String(months.indexOf(month) / 3 + 1).padStart(2, "0");
}
