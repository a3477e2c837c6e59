import { type EksVersion, versionTable } from "./versions";

/** Date on which the table of versions was last compared with its source. */
export const eksVersionsAsOf = versionTable.eks.asOf;

/**
 * The versions that Meridian accepts: those that EKS served on the date above, oldest first. The end of standard support stops
 * nothing: it is warned of. A later version is added to the catalog once its dates are published;
 * `aws eks describe-cluster-versions` prints them too.
 */
export const eksVersions: readonly EksVersion[] = versionTable.eks.versions;

/** Remedy for a version that cannot be used; undefined if it can. */
export function eksVersionDiagnostic(version: string): string | undefined {
  if (eksVersions.some((known) => known.version === version)) return undefined;
  const known = eksVersions.map((each) => `"${each.version}"`).join(" or ");
  return `EKS does not serve ${version} as of ${eksVersionsAsOf}. Write kubernetesVersion: ${known}.`;
}

/** Days before the end of standard support at which the warning starts: AWS announces the end 60 days ahead. */
const warningDays = 60;

/** Whether a version costs the price of extended support. @param today "YYYY-MM-DD". */
export function isInExtendedSupport(version: string, today: string): boolean {
  const known = eksVersions.find((each) => each.version === version);
  return known !== undefined && daysUntil(known.standardSupportEnds, today) <= 0;
}

/**
 * Warns of a version whose standard support ends soon or has ended, with both dates and the extra cost.
 * @param today "YYYY-MM-DD".
 * @param extraMonthlyUsd what extended support costs in addition, for all clusters, in US dollars a month.
 */
export function eksVersionWarnings(
  version: string,
  today: string,
  extraMonthlyUsd: number,
): string[] {
  const known = eksVersions.find((each) => each.version === version);
  if (known === undefined) return [];
  const { standardSupportEnds, extendedSupportEnds } = known;
  const daysLeft = daysUntil(standardSupportEnds, today);
  if (daysLeft > warningDays) return [];
  const [ends, costs] = daysLeft > 0 ? ["ends", "will cost"] : ["ended", "cost"];
  const upgrades =
    daysUntil(extendedSupportEnds, today) > 0
      ? `EKS serves it until ${extendedSupportEnds}, and upgrades clusters by itself then.`
      : `EKS upgrades clusters by itself since ${extendedSupportEnds}.`;
  return [
    `Standard support of EKS ${version} ${ends} on ${standardSupportEnds}: from then on control planes ${costs} ` +
      `six times as much, $${Math.round(extraMonthlyUsd)} a month more for all clusters. ${upgrades} ` +
      "Raise aws.kubernetesVersion, one minor version at a time.",
  ];
}

function daysUntil(day: string, today: string): number {
  return (Date.parse(day) - Date.parse(today)) / 86_400_000;
}
