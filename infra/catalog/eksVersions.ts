import { type EksVersion, versionTable } from "./versions";

/** Date on which the table of versions was last compared with its source. */
export const eksVersionsAsOf = versionTable.eks.asOf;

/**
 * The versions that Meridian accepts: those in standard support on the date above, oldest first. A later version is added to the
 * catalog once its dates are published; `aws eks describe-cluster-versions` prints them too.
 */
export const eksVersions: readonly EksVersion[] = versionTable.eks.versions;

/** Remedy for a version that cannot be used; undefined if it can. */
export function eksVersionDiagnostic(version: string): string | undefined {
  if (eksVersions.some((known) => known.version === version)) return undefined;
  const known = eksVersions.map((each) => `"${each.version}"`).join(" or ");
  return `EKS ${version} is not in standard support as of ${eksVersionsAsOf}. Write kubernetesVersion: ${known}.`;
}

/** Days before the end of standard support at which the warning starts: AWS announces the end 60 days ahead. */
const warningDays = 60;

/**
 * Warns of a version whose standard support ends soon or has ended.
 * @param today "YYYY-MM-DD".
 */
export function eksVersionWarnings(version: string, today: string): string[] {
  const known = eksVersions.find((each) => each.version === version);
  if (known === undefined) return [];
  const daysLeft = (Date.parse(known.standardSupportEnds) - Date.parse(today)) / 86_400_000;
  if (daysLeft > warningDays) return [];
  const [ends, costs] = daysLeft > 0 ? ["ends", "will cost"] : ["ended", "cost"];
  return [
    `Standard support of EKS ${version} ${ends} on ${known.standardSupportEnds}: from then on control planes ${costs} ` +
      "six times as much. Raise aws.kubernetesVersion, one minor version at a time.",
  ];
}
