import {
  type Deployment,
  nameOf,
  type PendingOperation,
  type ResourceState,
  without,
} from "./deployment";

/** How to settle the pending operations of an interrupted run. */
export interface Settlement {
  /** The state without them, but with the resources that may exist under a known id. */
  readonly deployment: Deployment;
  /** URNs to refresh from AWS: the refresh removes those that do not exist. */
  readonly pollAt: readonly string[];
  /** Resources that may exist and cannot be looked up by name: the next run creates them again. */
  readonly unknown: readonly ResourceState[];
}

/**
 * The input that identifies an AWS resource, which is its id in the engine. Generated names are among the inputs too: the
 * engine generates them before the creation.
 */
const identifiedBy: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:ecr/repository:Repository": "name",
  "aws:eks/cluster:Cluster": "name",
  "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
  "aws:elasticache/subnetGroup:SubnetGroup": "name",
  "aws:iam/instanceProfile:InstanceProfile": "name",
  "aws:iam/role:Role": "name",
  "aws:kms/alias:Alias": "name",
  "aws:rds/cluster:Cluster": "clusterIdentifier",
  "aws:rds/clusterInstance:ClusterInstance": "identifier",
  "aws:rds/globalCluster:GlobalCluster": "globalClusterIdentifier",
  "aws:rds/subnetGroup:SubnetGroup": "name",
  "aws:s3/bucket:Bucket": "bucket",
};

/**
 * Settles the pending operations of a killed run. The engine itself only warns: it keeps each pending creation in the state,
 * and then creates the resource a second time. Here
 *
 * - a creation under a known name is entered in the state as done: a refresh then checks it in AWS;
 * - one of Kubernetes, or of our own provider, is dropped: repeating it adopts the existing object;
 * - any other is dropped and reported, since the resource may exist and cost money;
 * - a pending update or deletion is refreshed: the state has the resource's earlier version.
 *
 * Pure. Undefined if nothing is pending.
 */
export function settlePending(deployment: Deployment): Settlement | undefined {
  const pending = deployment.pending_operations ?? [];
  if (pending.length === 0) return undefined;
  const resources = deployment.resources ?? [];
  const known = new Set(resources.filter((one) => one.delete !== true).map(({ urn }) => urn));
  const begun = pending
    .filter(({ type, resource }) => isCreation(type) && !known.has(resource.urn))
    .map(({ resource }) => ({ resource, id: idOf(resource) }));
  const adopted = begun
    .filter(({ id }) => id !== undefined)
    .map(({ resource, id }) => ({ ...resource, id: id ?? "" }))
    .filter((one) => refersOnlyTo(one, known));
  const taken = new Set(adopted.map(({ urn }) => urn));
  const others = pending.filter(
    ({ type, resource }) => !isCreation(type) && known.has(resource.urn),
  );
  return {
    deployment: {
      ...without(deployment, "pending_operations"),
      resources: [...resources, ...adopted],
    },
    pollAt: [...new Set([...taken, ...others.map(({ resource }) => resource.urn)])],
    unknown: begun
      .map(({ resource }) => resource)
      .filter((one) => !taken.has(one.urn) && !isAdoptedByDoing(one)),
  };
}

function isCreation(type: PendingOperation["type"]): boolean {
  return type === "creating" || type === "importing";
}

function idOf({ type, inputs = {}, id }: ResourceState): string | undefined {
  if (id !== undefined && id !== "") return id;
  if (type === "kubernetes:helm.sh/v3:Release") {
    const { name, namespace } = inputs;
    return isText(name) && isText(namespace) ? `${namespace}/${name}` : undefined;
  }
  const value = inputs[identifiedBy[type] ?? ""];
  return isText(value) ? value : undefined;
}

/** The engine rejects a state with a reference to a missing resource. */
function refersOnlyTo(resource: ResourceState, known: ReadonlySet<string>): boolean {
  const { dependencies = [], propertyDependencies = {}, deletedWith, parent } = resource;
  const urns = [
    ...dependencies,
    ...Object.values(propertyDependencies).flatMap((all) => all ?? []),
  ];
  return [...urns, deletedWith, parent].every((urn) => urn === undefined || known.has(urn));
}

/** Server-side apply and our own handlers adopt existing objects. */
function isAdoptedByDoing({ type, custom }: ResourceState): boolean {
  return !custom || /^(kubernetes|meridian|pulumi):/.test(type);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Warning about resources that may exist twice; empty if there are none. */
export function pendingText(unknown: readonly ResourceState[], environment: string): string {
  if (unknown.length === 0) return "";
  const lines = unknown.map(({ type, urn }) => `  ${type} ${nameOf(urn)}`);
  return [
    "! An earlier run was cut short while it made these, and nothing tells whether they came to be:",
    ...lines,
    "  They are created again. One that is there twice costs money: look for it by its tags, with " +
      `\`aws resourcegroupstaggingapi get-resources --tag-filters Key=meridian:environment,Values=${environment}\` ` +
      "in each region, and delete the one that `pulumi stack export` does not name.",
  ].join("\n");
}
