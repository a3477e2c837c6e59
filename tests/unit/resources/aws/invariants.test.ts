import * as assert from "node:assert/strict";
import * as invariants from "../../../support/aws/invariants";
import { awsPlanOf } from "../../../support/aws/plan";
import { registerWhole, type WholeAws } from "../../../support/aws/whole";
import type { Registered } from "../../../support/engine";
import { podsOf, podsThatDoNotStart } from "../../../support/aws/podImages";

/** The longest that the configuration takes. */
const longName = "a-name-of-20-letters";

const github = "example/meridian";
const streaming = { topics: { orders: { writers: ["shop"], readers: ["shop"] } } };
const sso = { issuer: "https://login.test", clientId: "argocd" };

/**
 * Registering takes a second each, so few that differ in everything: peering and transit gateways, one and three ways out,
 * with and without data, Argo CD's door, an own zone, the longest names, and another partition.
 */
const samples = [
  {
    name: longName,
    regions: ["eu-west-1", "ap-northeast-3"],
    aws: {
      ...{ database: { readers: 2 }, cache: {}, github },
      ...{ apiAccess: ["203.0.113.0/24"], natGateways: "zone", transitGatewayFrom: 3 },
      zone: "create",
    },
    apps: ["shop", "an-app-with-a-long-name"],
    delivery: { sso },
    streaming: { ...streaming, brokers: 4 },
  },
  {
    name: "production",
    regions: ["eu-west-1", "ap-southeast-1", "eu-central-1"],
    aws: { database: {}, github, natGateways: "region", transitGatewayFrom: 2, zone: "adopt" },
    apps: ["an-app-with-a-long-name"],
    delivery: {},
    streaming,
  },
  { name: "staging", regions: ["cn-northwest-1"], aws: { cache: {} }, apps: [], delivery: { sso } },
] as const;

const accessBlock = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const targetGroup = "aws:lb/targetGroup:TargetGroup";
const httpsCheck = { protocol: "HTTPS", path: "/readyz", matcher: "200", interval: 10, timeout: 5 };
const openRule = { cidrIpv4: "0.0.0.0/0", fromPort: 22 };
const noPolicy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const allPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Sid: "All", Effect: "Allow", Action: ["iam:*"], Resource: ["*"] }],
});

const typeOfPod = ({ place }: { readonly place: string }) => place.split(" ")[0];

describe("Environments on AWS", function () {
  this.timeout(120_000);
  const all: WholeAws[] = [];

  before(async () => {
    for (const { regions: names, aws, ...options } of samples)
      all.push(await registerWhole(awsPlanOf(names, aws, options)));
  });

  const hold = (what: string, invariant: invariants.Invariant) =>
    it(what, () => {
      for (const [index, { registered }] of all.entries())
        assert.deepEqual(invariant(registered), [], JSON.stringify(samples[index]));
    });

  hold("run pods that the kubelet starts", (registered) =>
    podsThatDoNotStart(registered, ["amd64", "arm64"]),
  );

  it("have pods of the gate, of the snapshot and of Velero", () => {
    const types = new Set(all.flatMap(({ registered }) => podsOf(registered).map(typeOfPod)));
    assert.deepEqual([...types].sort(), [
      "kubernetes:apps/v1:StatefulSet",
      "kubernetes:batch/v1:CronJob",
      "kubernetes:helm.sh/v3:Release",
    ]);
  });

  hold("live in their region", invariants.liveInTheirRegion);
  hold(
    "have buckets that are encrypted, private and by TLS only",
    invariants.haveBucketsThatAreSafe,
  );
  hold("keep data inside and encrypted", invariants.keepDataInside);
  hold("bind every role", invariants.bindEveryRole);
  hold("allow no more than needed", invariants.allowNoMoreThanNeeded);
  hold("put load balancers where they belong", invariants.putLoadBalancersWhereTheyBelong);
  hold("check targets that answer", invariants.checkTargetsThatAnswer);
  hold("route each subnet once", invariants.routeEachSubnetOnce);
  hold("balance zones", invariants.balanceZones);
  hold("open only the edge to the world", invariants.openOnlyTheEdge);
  hold("have resources that are told apart", invariants.areToldApart);
  hold("start pods with their identity", invariants.startWithTheirIdentity);
  hold("tell of every alarm", invariants.tellOfEveryAlarm);
  hold("keep secrets", invariants.keepSecrets);
  hold("take along with a cluster what stands on it", invariants.goWithTheirCluster);
  hold("let nothing else go with it", invariants.stayWithNothingElse);
  hold("are destroyed in order", invariants.areDestroyedInOrder);
  hold("have names that AWS takes", invariants.haveNamesThatAwsTakes);

  it("name their own partition in every ARN", () => {
    for (const { registered, aws } of all) {
      const { partition } = aws.global.account;
      const given = registered.filter(({ type }) => type.startsWith("aws:"));
      const found = given.flatMap(({ id, inputs }) =>
        [...JSON.stringify(own(inputs)).matchAll(/arn:(aws[a-z-]*):(?:iam::aws|eks::aws|s3)/g)].map(
          ([, named]) => `${id} ${named}`,
        ),
      );
      assert.deepEqual(
        found.filter((each) => !each.endsWith(` ${partition}`)),
        [],
      );
    }
  });
});

describe("The invariants of environments on AWS", function () {
  this.timeout(60_000);
  let sound: readonly Registered[];

  before(async () => {
    const data = { database: {}, cache: {}, github };
    sound = (await registerWhole(awsPlanOf(["eu-west-1", "us-east-1"], data))).registered;
  });

  /** What is broken, by the invariant that has to notice: resources of a type and the inputs, or more, that they get. */
  const breaks: readonly (readonly [keyof typeof invariants, string, Change])[] = [
    ["liveInTheirRegion", "aws:ec2/vpc:Vpc", { provider: "us-east-1" }],
    ["liveInTheirRegion", "aws:iam/role:Role", { provider: undefined }],
    ["haveBucketsThatAreSafe", "aws:s3/bucketPolicy:BucketPolicy", { policy: noPolicy }],
    ["haveBucketsThatAreSafe", accessBlock, { blockPublicAcls: false }],
    ["haveBucketsThatAreSafe", "aws:s3/bucket:Bucket", { parent: "nobody's" }],
    ["keepDataInside", "aws:rds/clusterInstance:ClusterInstance", { publiclyAccessible: true }],
    ["keepDataInside", "aws:rds/subnetGroup:SubnetGroup", { subnetIds: ["subnet-public"] }],
    ["keepDataInside", "aws:rds/cluster:Cluster", { storageEncrypted: false }],
    ["bindEveryRole", "aws:iam/role:Role", { permissionsBoundary: undefined }],
    ["allowNoMoreThanNeeded", "aws:iam/rolePolicy:RolePolicy", { policy: allPolicy }],
    ["putLoadBalancersWhereTheyBelong", "aws:lb/loadBalancer:LoadBalancer", { internal: "maybe" }],
    ["startWithTheirIdentity", "kubernetes:helm.sh/v3:Release", { dependsOn: [] }],
    ["startWithTheirIdentity", "kubernetes:batch/v1:CronJob", { dependsOn: [] }],
    ["tellOfEveryAlarm", "aws:cloudwatch/metricAlarm:MetricAlarm", { alarmActions: [] }],
    ["tellOfEveryAlarm", "aws:cloudwatch/metricAlarm:MetricAlarm", { okActions: [] }],
    ["tellOfEveryAlarm", "aws:cloudwatch/metricAlarm:MetricAlarm", { provider: "elsewhere" }],
    ["tellOfEveryAlarm", "aws:sns/topicSubscription:TopicSubscription", { topic: "another" }],
    ["tellOfEveryAlarm", "aws:sns/topicPolicy:TopicPolicy", { policy: "{}" }],
    ["checkTargetsThatAnswer", targetGroup, { healthCheck: httpsCheck }],
    ["checkTargetsThatAnswer", targetGroup, { healthCheck: { ...httpsCheck, protocol: "TCP" } }],
    [
      "routeEachSubnetOnce",
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      { subnetId: "" },
    ],
    ["balanceZones", "aws:ec2/subnet:Subnet", { availabilityZone: "eu-west-1a" }],
    ["openOnlyTheEdge", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", openRule],
    ["openOnlyTheEdge", "aws:eks/cluster:Cluster", { vpcConfig: { endpointPublicAccess: true } }],
    ["areToldApart", "aws:ec2/vpc:Vpc", { id: "the same", parent: "for both" }],
    ["keepSecrets", "aws:elasticache/user:User", { secrets: [] }],
    ["goWithTheirCluster", "kubernetes:karpenter.sh/v1:NodePool", { deletedWith: undefined }],
    ["stayWithNothingElse", "aws:lb/loadBalancer:LoadBalancer", { deletedWith: "the cluster" }],
    [
      "stayWithNothingElse",
      "meridian:index:Membership",
      { deletedWith: "aws:eks/cluster:Cluster us-east-1" },
    ],
    [
      "stayWithNothingElse",
      "kubernetes:core/v1:Secret",
      { deletedWith: "aws:eks/cluster:Cluster us-east-1" },
    ],
    ["areDestroyedInOrder", "meridian:index:Clearance", { dependsOn: [] }],
    ["areDestroyedInOrder", "meridian:index:Clearance", { deletedWith: "the cluster" }],
    ["areDestroyedInOrder", "meridian:index:Membership", { dependsOn: [] }],
    ["haveNamesThatAwsTakes", "aws:elasticache/user:User", { userId: "x".repeat(41) }],
  ];
  for (const [name, type, change] of breaks)
    it(`${name}: notices ${type} with ${Object.keys(change).join(" and ")} changed`, () => {
      const invariant: invariants.Invariant = invariants[name];
      assert.deepEqual(invariant(sound), []);
      const changed = sound.map((each) => (each.type === type ? changedBy(each, change) : each));
      assert.notDeepEqual(invariant(changed), []);
    });

  it("notice a pod whose image names its user, in a workload without runAsUser", () => {
    const container = { name: "podinfo", image: "ghcr.io/stefanprodan/podinfo:6.9.2" };
    const spec = { securityContext: { runAsNonRoot: true }, containers: [container] };
    const changed = sound.map((each) =>
      each.type.endsWith(":StatefulSet") ? changedBy(each, { spec: { template: { spec } } }) : each,
    );
    const found = podsThatDoNotStart(changed, ["amd64"]);
    assert.equal(found.length, 2);
    for (const line of found) assert.match(line, /runAsUser: undefined, .*the name app$/);
  });
});

/** Fields of the registration itself; any other is an input. */
type Change = Readonly<Record<string, unknown>>;

function changedBy(registered: Registered, change: Change): Registered {
  const fields = Object.entries(change);
  const isOwn = ([key]: readonly [string, unknown]) => key in registered;
  return {
    ...registered,
    ...(Object.fromEntries(fields.filter(isOwn)) as Partial<Registered>),
    inputs: {
      ...registered.inputs,
      ...Object.fromEntries(fields.filter((field) => !isOwn(field))),
    },
  };
}

/** Without what the tests' own AWS answered, which is in the one partition. */
function own(inputs: Registered["inputs"]): object {
  return { ...inputs, roleArn: "", permissionsBoundary: "" };
}
