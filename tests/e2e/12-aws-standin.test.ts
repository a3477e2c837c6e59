import * as assert from "node:assert/strict";
import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { repositoryRoot } from "../../infra/providers/local/instance";
import { kubeGet } from "../../infra/kube/kube";
import { recordName } from "../support/aws/charts/archive";
import { World } from "../support/aws/world";

const region = "eu-west-1";
const eksName = "meridian-staging-apps";
const velero = { name: "velero", version: "12.1.0" };

/** A network and a cluster with an object and a chart in it, as the platform has them. */
function program(chartRepository: string): Promise<void> {
  const provider = new aws.Provider(region, { region, allowedAccountIds: ["111111111111"] });
  const inRegion = { provider };
  const vpc = new aws.ec2.Vpc("network", { cidrBlock: "10.0.0.0/18" }, inRegion);
  const subnet = new aws.ec2.Subnet(
    "subnet",
    { vpcId: vpc.id, cidrBlock: "10.0.0.0/20" },
    inRegion,
  );
  const cluster = new aws.eks.Cluster(
    "apps",
    { name: eksName, roleArn: "arn:role", vpcConfig: { subnetIds: [subnet.id] } },
    inRegion,
  );
  const kubeconfig = pulumi
    .all([cluster.endpoint, cluster.certificateAuthority.data])
    .apply(([server, ca]) => kubeconfigFor(server, ca));
  const within = {
    provider: new k8s.Provider("apps", { kubeconfig }, { deletedWith: cluster }),
    deletedWith: cluster,
  };
  new k8s.core.v1.ConfigMap(
    "object",
    { metadata: { name: "object", namespace: "default" }, data: { vpc: vpc.arn } },
    within,
  );
  new k8s.helm.v3.Release(
    "chart",
    {
      chart: velero.name,
      version: velero.version,
      name: "backup",
      namespace: "backup",
      createNamespace: true,
      repositoryOpts: { repo: chartRepository },
      values: { backups: { enabled: true } },
    },
    within,
  );
  return Promise.resolve();
}

function kubeconfigFor(server: string, ca: string): string {
  const args = ["--region", region, "eks", "get-token", "--cluster-name", eksName];
  const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", args };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "apps",
    contexts: [{ name: "apps", context: { cluster: "apps", user: "apps" } }],
    clusters: [{ name: "apps", cluster: { server, "certificate-authority-data": ca } }],
    users: [{ name: "apps", user: { exec } }],
  });
}

describe("the engine with the stand-in for AWS", function () {
  this.timeout(300_000);
  let world: World;
  let stack: Stack;

  before(async () => {
    world = await World.create("standin", {
      table: path.join(repositoryRoot, "tests/support/aws/smallTable.ts"),
      charts: [velero],
    });
    stack = await world.openStack("staging", { program: () => program(world.chartRepository) });
  });
  after(() => world?.destroy());

  /** What was done and has ended, as "op name". */
  const done = () =>
    world
      .log()
      .filter(({ at, op, preview }) => at === "end" && preview !== true && /te$/.test(op))
      .map(({ op, name }) => `${op} ${name}`);

  it("previews all of it without making anything", async () => {
    const { changeSummary } = await stack.preview();
    assert.deepEqual(changeSummary, { create: 8 });
    assert.deepEqual([done(), world.made()], [[], []]);
  });

  it("makes the cluster a real one, with nodes in every zone and what is put into it", async () => {
    await stack.up();
    assert.deepEqual(done(), ["create network", "create subnet", "create apps"]);
    const get = <T>(url: string) => kubeGet<T>(world.kubeconfig(region, eksName), url);
    const nodes = await get<{ items: { metadata: { labels: Record<string, string> } }[] }>(
      "/api/v1/nodes",
    );
    const zones = nodes.items.map(
      ({ metadata }) => metadata.labels["topology.kubernetes.io/zone"] ?? "",
    );
    assert.deepEqual(
      zones.sort(),
      ["a", "a", "b", "b", "c", "c"].map((zone) => region + zone),
    );
    const object = await get<{ data: object }>("/api/v1/namespaces/default/configmaps/object");
    assert.deepEqual(object.data, {
      vpc: "arn:aws:ec2:eu-west-1:111111111111:vpc/Vpc-network",
    });
    const record = await get<{ data: Record<string, string> }>(
      `/api/v1/namespaces/backup/configmaps/${recordName(velero.name)}`,
    );
    assert.deepEqual([record.data["name"], record.data["version"]], ["velero", "12.1.0"]);
    assert.deepEqual(JSON.parse(record.data["values"] ?? ""), { backups: { enabled: true } });
    // Discovery, since the API server begins to keep a new kind only a moment after it knows it.
    await get("/apis/velero.io/v1");
    await get("/apis/eks.amazonaws.com/v1");
  });

  it("changes nothing the second time", async () => {
    const before = done().length;
    const { summary } = await stack.up();
    assert.deepEqual(summary.resourceChanges, { same: 8 });
    assert.equal(done().length, before);
  });

  it("takes it away in the order in which it stands on each other", async () => {
    const before = done().length;
    await stack.destroy();
    assert.deepEqual(done().slice(before), ["delete apps", "delete subnet", "delete network"]);
    assert.deepEqual(world.made(), []);
  });

  it("goes on after a run that was killed", async () => {
    world.addFault({ type: "aws:ec2/subnet:Subnet", op: "create", nth: 1, action: "kill-before" });
    await assert.rejects(stack.up());
    assert.deepEqual(
      world.made().map(({ name }) => name),
      ["network"],
    );
    await stack.up();
    assert.deepEqual(
      world
        .made()
        .map(({ name }) => name)
        .sort(),
      ["apps", "network", "subnet"],
    );
    await stack.destroy();
  });

  it("says what the real provider says when credentials have expired, and makes nothing", async () => {
    world.change({ credentials: "expired" });
    await assert.rejects(stack.preview(), /api error ExpiredToken/);
    world.change({ credentials: "valid" });
    assert.deepEqual(world.made(), []);
  });
});
