import { nameOf, type ResourceState } from "./deployment";

/** Commands that switch deletion protection off, by type. The engine protects Aurora as well. */
const commands: Readonly<Record<string, (id: string) => string>> = {
  "aws:eks/cluster:Cluster": (id) =>
    `aws eks update-cluster-config --name ${id} --no-deletion-protection`,
  "aws:rds/cluster:Cluster": (id) =>
    `aws rds modify-db-cluster --db-cluster-identifier ${id} --no-deletion-protection`,
  "aws:rds/globalCluster:GlobalCluster": (id) =>
    `aws rds modify-global-cluster --global-cluster-identifier ${id} --no-deletion-protection`,
};

/**
 * The resources that AWS refuses to delete until their deletion protection is switched off, without those that the engine
 * protects: these stay anyway. Pure.
 */
export function guardedBy(resources: readonly ResourceState[]): ResourceState[] {
  return resources.filter(
    ({ type, outputs, protect }) =>
      protect !== true && type in commands && outputs?.["deletionProtection"] === true,
  );
}

/** The commands that switch the protection off, and the next steps. Pure. */
export function deletionProtectionText(
  environment: string,
  guarded: readonly ResourceState[],
): string {
  const lines = guarded.map(({ type, id = "", urn, provider }) => {
    const command = commands[type]?.(id) ?? nameOf(urn);
    return `  ${command} --region ${regionOf(provider)}`;
  });
  return [
    `AWS refuses to delete what ${environment} serves its users with. Nothing was changed.`,
    "Who is sure that it may go switches that off, one by one:",
    ...lines,
    `and runs \`npx meridian destroy ${environment}\` again. \`npx meridian up ${environment}\` switches it on again.`,
  ].join("\n");
}

/**
 * The commands to delete leftover log groups of clusters: EKS writes its last logs after a cluster is deleted, and creates the
 * log group again. The next `up` would fail on it. Pure.
 */
export function logGroupText(resources: readonly ResourceState[]): string {
  const groups = resources.filter(
    ({ type, id = "" }) =>
      type === "aws:cloudwatch/logGroup:LogGroup" && id.startsWith("/aws/eks/"),
  );
  if (groups.length === 0) return "";
  return [
    "EKS may write logs once more in the next minutes, and creates their groups again. Before the next `up`, remove those that are there:",
    ...groups.map(
      ({ id, provider }) =>
        `  aws logs delete-log-group --log-group-name ${id} --region ${regionOf(provider)}`,
    ),
  ].join("\n");
}

/** A provider is named after its region. */
function regionOf(provider = ""): string {
  return nameOf(provider.split("::").slice(0, -1).join("::"));
}
