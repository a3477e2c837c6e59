import {
  type Deployment,
  nameOf,
  type PendingOperation,
  type ResourceState,
  without,
} from "./deployment";

/** What is to be done about the operations whose end a run did not see. */
export interface Settlement {
  /** The state without them; what may exist under a known id is in it. */
  readonly deployment: Deployment;
  /** URNs to ask AWS about: what is not there is taken out of the state again. */
  readonly lookAt: readonly string[];
  /** What may exist and cannot be asked for by name: the next run makes it anew. */
  readonly unknown: readonly ResourceState[];
}

/**
 * Inputs that identify a resource of AWS: its id in the engine. Names that nobody gave are among the inputs
 * too, as the engine makes them up before it creates.
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
 * Settles what a run that was killed had begun. The engine itself only warns: it keeps the note of each begun
 * creation for ever and then makes the thing a second time. Here
 *
 * - a creation under a known name is put into the state as done: AWS then tells whether it is;
 * - one of Kubernetes, or of our own provider, is dropped: doing it again adopts what is there;
 * - any other is dropped and named, since it may be there and cost money;
 * - a begun change or deletion is looked at: the state has the resource as it was before.
 *
 * Pure. Undefined when nothing is pending.
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
    lookAt: [...new Set([...taken, ...others.map(({ resource }) => resource.urn)])],
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

/** The engine refuses a state in which something refers to what is not there. */
function refersOnlyTo(resource: ResourceState, known: ReadonlySet<string>): boolean {
  const { dependencies = [], propertyDependencies = {}, deletedWith, parent } = resource;
  const urns = [
    ...dependencies,
    ...Object.values(propertyDependencies).flatMap((all) => all ?? []),
  ];
  return [...urns, deletedWith, parent].every((urn) => urn === undefined || known.has(urn));
}

/** Server-side apply and our own handlers take what they find for theirs. */
function isAdoptedByDoing({ type, custom }: ResourceState): boolean {
  return !custom || /^(kubernetes|meridian|pulumi):/.test(type);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** What a person is told about what may be there twice; empty when nothing may. */
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
