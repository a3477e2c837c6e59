import { minor, type Part, type Supported, type VersionTable } from "../infra/catalog/versions";

/** A reported mistake in the table of versions, or a warning of a future one. */
export interface Diagnostic {
  readonly level: "error" | "warning";
  /** E.g. "traefik 3.6.0". */
  readonly subject: string;
  readonly message: string;
  readonly remedy: string;
}

/** A version that a file outside the table names. */
export interface Place {
  /** E.g. "package.json". */
  readonly file: string;
  readonly part: string;
  /** In the file's notation, e.g. "v1.36.3" or "22". */
  readonly version: string;
}

const day = 86_400_000;

/** Days before the end of support at which warnings begin. */
const warningDays = 60;

/** Days after which a warning requests a new look-up of the support of a version that has no end date. */
const lookUpDays = 120;

const move = "Move it (docs/adr/0016-versions.md); `npm run outdated` says what is newer.";

/**
 * The parts and EKS versions that are unsupported, or soon will be. Pure.
 * @param today "YYYY-MM-DD".
 */
export function checkSupport(table: VersionTable, today: string): Diagnostic[] {
  const parts = Object.entries(table.parts).flatMap(([name, part]) =>
    supportOf(name, part, today, table),
  );
  return [...parts, ...checkEks(table, today)];
}

function supportOf(name: string, part: Part, today: string, table: VersionTable): Diagnostic[] {
  const subject = `${name} ${part.version}`;
  const { supported, source, asOf } = part;
  if (typeof supported === "object" && "with" in supported) {
    if (table.parts[supported.with] !== undefined) return [];
    const message = `is supported with ${supported.with}, which the table does not have.`;
    return [{ level: "error", subject, message, remedy: "Name a part of the table." }];
  }
  const until = endOf(supported);
  if (until !== undefined) return ending(subject, until, source, today);
  const age = daysBetween(asOf, today);
  if (age < lookUpDays) return [];
  return [
    {
      level: "warning",
      subject,
      message: `has no date on which its support ends, and was last looked up on ${asOf}, ${age} days ago.`,
      remedy: `Look it up again (${source}), and write the day into asOf of infra/catalog/versions.json.`,
    },
  ];
}

function endOf(supported: Supported): string | undefined {
  return typeof supported === "object" && "until" in supported ? supported.until : undefined;
}

function ending(subject: string, until: string, source: string, today: string): Diagnostic[] {
  const left = daysBetween(today, until);
  if (left > warningDays) return [];
  const [level, message] =
    left > 0
      ? (["warning", `is supported until ${until}, ${left} more days (${source}).`] as const)
      : (["error", `is unsupported since ${until} (${source}).`] as const);
  return [{ level, subject, message, remedy: move }];
}

/**
 * EKS must offer the local minor version in standard support. Any other version is in the table until extended support ends: it is a
 * warning then.
 */
function checkEks({ parts, eks }: VersionTable, today: string): Diagnostic[] {
  const local = minor(parts["kubernetes"]?.version ?? "");
  const missing: Diagnostic = {
    level: "error",
    subject: `kubernetes ${local}`,
    message: `is not among the versions of EKS in the table (${eks.source}).`,
    remedy: "Run a version that EKS has, or add the one that it has got.",
  };
  return [
    ...(eks.versions.some(({ version }) => version === local) ? [] : [missing]),
    ...eks.versions.flatMap(({ version, standardSupportEnds, extendedSupportEnds }) =>
      ending(
        `EKS ${version}`,
        version === local ? standardSupportEnds : extendedSupportEnds,
        eks.source,
        today,
      ).map((found) =>
        version === local
          ? found
          : {
              ...found,
              level: "warning" as const,
              remedy: "Take it out of the table once it has ended.",
            },
      ),
    ),
  ];
}

/** Contradictions within the table, and between the table and files. Pure. */
export function checkAgreement(table: VersionTable, places: readonly Place[]): Diagnostic[] {
  return [
    ...Object.entries(table.charts).flatMap(([name, { part, installs }]) =>
      disagreement(table, { file: `charts.${name}`, part, version: minor(installs) }),
    ),
    ...Object.entries(table.images).flatMap(([name, { image, part, minorOf }]) => {
      const version = (image.split(":").at(-1) ?? "").replace(/-\d+$/, "");
      const file = `images.${name}`;
      if (part !== undefined) return disagreement(table, { file, part, version });
      if (minorOf === undefined) return [];
      return disagreement(table, { file, part: minorOf, version: minor(version) });
    }),
    ...places.flatMap((place) => disagreement(table, place)),
  ];
}

/** A place may name fewer components of the version than the table, but no different ones. */
function disagreement(table: VersionTable, { file, part, version }: Place): Diagnostic[] {
  const expected = table.parts[part]?.version;
  const found = version.replace(/^v/, "");
  if (expected === found || expected?.startsWith(`${found}.`)) return [];
  const message =
    expected === undefined
      ? "is not a part of the table."
      : `is ${expected} in infra/catalog/versions.json, and ${found} in ${file}.`;
  return [
    {
      level: "error",
      subject: part,
      message,
      remedy: `Write ${expected ?? "the name of a part"} there, or change the table.`,
    },
  ];
}

/** One line per diagnostic. */
export function formatDiagnostic({ level, subject, message, remedy }: Diagnostic): string {
  return `${level === "error" ? "✗" : "!"} ${subject} ${message} ${remedy}`;
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / day);
}
