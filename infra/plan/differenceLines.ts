import { type Difference, formatDifference } from "./inventoryDifferences";

/**
 * Formats differences for a person, one per line. A cluster that is missing entirely gets one line in place of its parts, which
 * number about thirty. Pure.
 */
export function differenceLines(differences: readonly Difference[]): string[] {
  const gone = differences
    .filter(({ kind, how }) => kind === "cluster" && how === "missing")
    .map(({ name }) => name);
  const clusterOf = (difference: Difference) =>
    difference.how === "missing"
      ? gone.find((cluster) => namesCluster(difference, cluster))
      : undefined;
  const parts = gone.map((cluster) => {
    const count = differences.filter((each) => clusterOf(each) === cluster).length;
    return `cluster ${cluster}: expected present, found nothing of its ${count} parts. \`npx meridian up\` makes it.`;
  });
  const others = differences.filter((each) => clusterOf(each) === undefined);
  return [...parts, ...others.map(formatDifference)];
}

/** Whether a name contains a cluster's as a whole: "gateway-eu-west-1" contains "eu-west-1"; "eu-west-12/etcd" does not. */
export function namesCluster({ name }: Pick<Difference, "name">, cluster: string): boolean {
  const at = name.indexOf(cluster);
  const around = [name[at - 1], name[at + cluster.length]];
  return at >= 0 && around.every((letter) => letter === undefined || !/[a-z0-9]/.test(letter));
}
