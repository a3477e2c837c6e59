import { exactly, type Invariant, ofType } from "./registrations";

/** How resources are named, and in which order they come and go: see `invariants.ts`. */

/** A cluster takes what stands on it along: asked one by one, an API server that is gone would hold up everything. */
export const goWithTheirCluster: Invariant = (registered) =>
  registered
    .filter(({ type }) => type.startsWith("kubernetes:") || type === "pulumi:providers:kubernetes")
    .filter(({ deletedWith }) => deletedWith === undefined)
    .map(({ id }) => `${id} goes with nothing`);

/** What AWS itself deletes with another resource, by type: the parts of a cluster, a bucket, a repository. */
const deletedByAws: Readonly<Record<string, string>> = {
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "aws:ecr/repository:Repository",
  "aws:eks/accessEntry:AccessEntry": "aws:eks/cluster:Cluster",
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "aws:eks/cluster:Cluster",
  "aws:eks/addon:Addon": "aws:eks/cluster:Cluster",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": "aws:eks/cluster:Cluster",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "aws:s3/bucket:Bucket",
  "aws:s3/bucketLogging:BucketLogging": "aws:s3/bucket:Bucket",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "aws:s3/bucket:Bucket",
  "aws:s3/bucketPolicy:BucketPolicy": "aws:s3/bucket:Bucket",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "aws:s3/bucket:Bucket",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    "aws:s3/bucket:Bucket",
  "aws:s3/bucketVersioning:BucketVersioning": "aws:s3/bucket:Bucket",
};

/** What Karmada keeps, or only asks it: it goes with Karmada, which is a chart on the hub, and with no region. */
const keptByKarmada: readonly string[] = [
  "meridian:index:Manifests",
  "meridian:index:Membership",
  "meridian:index:Reachable",
];

/**
 * What goes with something is deleted by nobody but it. Anything else would stay, and cost money: so it is only what an
 * API server keeps, with its own cluster, and what AWS itself deletes.
 */
export const stayWithNothingElse: Invariant = (registered) => {
  const karmada = ofType(registered, "kubernetes:helm.sh/v3:Release")
    .filter(({ name }) => name.endsWith("-karmada"))
    .map(({ id }) => id);
  const clusters = new Map(
    ofType(registered, "pulumi:providers:kubernetes").map(({ name, deletedWith }) => [
      name,
      deletedWith,
    ]),
  );
  return registered.flatMap(({ id, type, provider = "", deletedWith }) => {
    if (deletedWith === undefined) return [];
    if (type === "pulumi:providers:kubernetes") return [];
    const goes = type.startsWith("kubernetes:")
      ? clusters.get(provider) === deletedWith
      : keptByKarmada.includes(type)
        ? karmada.includes(deletedWith)
        : deletedWith.startsWith(`${deletedByAws[type] ?? "nothing"} `);
    return goes ? [] : [`${id} does not go with ${deletedWith}`];
  });
};

/** The engine destroys in the opposite order of these. */
export const areDestroyedInOrder: Invariant = (registered) => {
  const needs = (id: string, ...needed: readonly (readonly [string, RegExp])[]) => {
    const { dependsOn = [] } = registered.find((each) => each.id === id) ?? {};
    return needed
      .filter(([, pattern]) => !dependsOn.some((each) => pattern.test(each)))
      .map(([what]) => `${id} does not wait for ${what}`);
  };
  const regions = ofType(registered, "pulumi:providers:aws").map(({ name }) => name);
  const cleared = ofType(registered, "meridian:index:Clearance");
  return [
    ...cleared
      .filter(({ deletedWith }) => deletedWith !== undefined)
      .map(({ id }) => `${id} is passed over`),
    ...cleared.flatMap(({ id, name, inputs }) =>
      needs(
        id,
        [
          `the cluster ${String(inputs["clusterName"])}`,
          exactly(`aws:eks/cluster:Cluster ${name}`),
        ],
        ["nodes", exactly(`kubernetes:karpenter.sh/v1:NodePool ${name}-on-demand`)],
        [
          "the nodes' right to join",
          exactly(`aws:eks/accessPolicyAssociation:AccessPolicyAssociation ${name}-node`),
        ],
        ["a way out", /^aws:ec2\/route:Route .*-private-a-out$/],
      ),
    ),
    ...regions.flatMap((region) => [
      ...needs(`meridian:index:Membership ${region}`, [
        "clearance",
        exactly(`meridian:index:Clearance ${region}`),
      ]),
      ...needs(`aws:route53/record:Record ${region}`, [
        "the edge",
        exactly(`aws:lb/loadBalancer:LoadBalancer ${region}-edge`),
      ]),
      ...needs(
        `aws:eks/cluster:Cluster ${region}`,
        ["its role's rights", exactly(`aws:iam/rolePolicy:RolePolicy ${region}-cluster`)],
        ["its log group", exactly(`aws:cloudwatch/logGroup:LogGroup ${region}-control-plane`)],
        ["ways out of its subnets", /^aws:ec2\/route:Route .*-private-a-out$/],
      ),
    ]),
  ];
};

/** Longest name that AWS takes, by type and input. Pulumi adds eight characters to a name that is not given. */
const longestName: Readonly<Record<string, readonly [string, number, RegExp?]>> = {
  "aws:budgets/budget:Budget": ["name", 100],
  "aws:cloudtrail/trail:Trail": ["name", 128],
  "aws:cloudwatch/logGroup:LogGroup": ["name", 512],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["name", 255],
  "aws:ec2/securityGroup:SecurityGroup": ["name", 255],
  "aws:ecr/repository:Repository": ["name", 256],
  "aws:eks/cluster:Cluster": ["name", 100],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["replicationGroupId", 40],
  "aws:elasticache/subnetGroup:SubnetGroup": ["name", 255],
  "aws:elasticache/user:User": ["userId", 40],
  "aws:elasticache/userGroup:UserGroup": ["userGroupId", 40],
  "aws:iam/policy:Policy": ["name", 128],
  "aws:iam/role:Role": ["name", 64],
  "aws:iam/rolePolicy:RolePolicy": ["name", 128],
  "aws:kms/alias:Alias": ["name", 256, /^alias\/[a-zA-Z0-9/_-]+$/],
  "aws:lb/loadBalancer:LoadBalancer": ["name", 32],
  "aws:lb/targetGroup:TargetGroup": ["name", 32],
  "aws:rds/cluster:Cluster": ["clusterIdentifier", 63, /^[a-z](-?[a-z0-9])*$/],
  "aws:rds/clusterInstance:ClusterInstance": ["identifier", 63, /^[a-z](-?[a-z0-9])*$/],
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": ["name", 255],
  "aws:rds/globalCluster:GlobalCluster": ["globalClusterIdentifier", 63, /^[a-z](-?[a-z0-9])*$/],
  "aws:rds/subnetGroup:SubnetGroup": ["name", 255],
  "aws:s3/bucket:Bucket": ["bucket", 63, /^[a-z0-9](-?[a-z0-9])*$/],
  "aws:secretsmanager/secret:Secret": ["name", 512],
  "aws:wafv2/webAcl:WebAcl": ["name", 128],
};

export const haveNamesThatAwsTakes: Invariant = (registered) =>
  registered.flatMap(({ id, type, name, inputs }) => {
    const [property, most, form] = longestName[type] ?? [];
    if (property === undefined || most === undefined) return [];
    const given = inputs[property];
    const physical = typeof given === "string" ? given : `${name}-0123456`;
    if (physical.length > most) return [`${id}: ${physical} has more than ${most} characters`];
    return form === undefined || form.test(physical) ? [] : [`${id}: ${physical}`];
  });
