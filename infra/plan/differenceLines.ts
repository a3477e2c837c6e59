import { type Difference, formatDifference } from "./inventoryDifferences";

/**
 * Differences for a person, a line each; of a cluster that is not there at all one line stands for everything that it lacks, which
 * is some thirty parts. Pure.
 */
export function differenceLines(differences: readonly Difference[]): string[] {
  const gone = differences
    .filter(({ kind, how }) => kind === "cluster" && how === "missing")
    .map(({ name }) => name);
  const clusterOf = (difference: Difference) =>
    difference.how === "missing" ? gone.find((cluster) => names(difference, cluster)) : undefined;
  const parts = gone.map((cluster) => {
    const count = differences.filter((each) => clusterOf(each) === cluster).length;
    return `cluster ${cluster}: expected present, found nothing of its ${count} parts. \`npx meridian up\` makes it.`;
  });
  const others = differences.filter((each) => clusterOf(each) === undefined);
  return [...parts, ...others.map(formatDifference)];
}

/** Whether a name has a cluster's in it, as a whole: "gateway-eu-west-1" has "eu-west-1", and "eu-west-12/etcd" has not. */
function names({ name }: Difference, cluster: string): boolean {
  const at = name.indexOf(cluster);
  const around = [name[at - 1], name[at + cluster.length]];
  return at >= 0 && around.every((letter) => letter === undefined || !/[a-z0-9]/.test(letter));
}
