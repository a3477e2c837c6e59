import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { subnetsOf } from "../../../../infra/plan/aws/network";
import type { RegionNetworkFace } from "../../../../infra/resources/aws/types";
import { ec2Id } from "../../../support/aws/table/ec2";
import { type Registered, only } from "../../../support/engine";
import { component, make, nameTag, part, planOf, typeIds, vpcId } from "./networkSample";

describe("RegionNetwork", () => {
  /** Of the default plan: registered once, as each test only looks at it. */
  let all: readonly Registered[] = [];
  before(async () => {
    all = await make();
  });

  it("registers these and no others", () => {
    const counts = new Map<string, number>();
    for (const { type } of all) counts.set(type, (counts.get(type) ?? 0) + 1);
    assert.deepEqual(Object.fromEntries(counts), {
      "meridian:aws:RegionNetwork": 1,
      "meridian:aws:SecurityGroups": 1,
      "meridian:aws:FlowLogs": 1,
      [typeIds.vpc]: 1,
      [typeIds.defaultGroup]: 1,
      [typeIds.podRange]: 1,
      [typeIds.subnet]: 12,
      [typeIds.internet]: 1,
      [typeIds.address]: 3,
      [typeIds.nat]: 3,
      [typeIds.table]: 5,
      [typeIds.route]: 4,
      [typeIds.association]: 12,
      [typeIds.endpoint]: 8,
      [typeIds.group]: 6,
      // edge 2, federation 4, clusters 4, endpoints 2, database 2, cache 1.
      [typeIds.ruleIn]: 15,
      [typeIds.ruleOut]: 2,
      [typeIds.logGroup]: 1,
      [typeIds.role]: 1,
      [typeIds.rolePolicy]: 1,
      [typeIds.flowLog]: 1,
    });
  });

  it("keeps all of it in the region, under itself", () => {
    const parents = new Set<string | undefined>([
      component,
      "meridian:aws:SecurityGroups eu-west-1",
      "meridian:aws:FlowLogs eu-west-1",
    ]);
    for (const { id, custom, parent, provider } of all) {
      if (custom) assert.equal(provider, "eu-west-1", id);
      if (id !== component) assert.ok(parents.has(parent), `${id} is under ${parent}`);
    }
  });

  it("makes a VPC that answers private names, and takes the rules of its default group away", () => {
    assert.deepEqual(only(all, part("vpc", "vpc")).inputs, {
      cidrBlock: "10.20.128.0/18",
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: nameTag("eu-west-1-vpc"),
    });
    assert.deepEqual(only(all, part("defaultGroup", "vpc")).inputs, {
      vpcId,
      tags: nameTag("eu-west-1-vpc"),
    });
  });

  it("makes subnets, those of pods after the range that they lie in", () => {
    assert.deepEqual(only(all, part("podRange", "pods")).inputs, {
      vpcId,
      cidrBlock: "10.20.0.0/17",
    });
    const pods = only(all, part("subnet", "pods-b"));
    assert.deepEqual(pods.inputs, {
      vpcId,
      availabilityZone: "eu-west-1b",
      cidrBlock: "10.20.32.0/19",
      mapPublicIpOnLaunch: false,
      tags: {
        ...nameTag("eu-west-1-pods-b"),
        "meridian.dev/tier": "pods",
        "meridian.dev/environment": "test",
      },
    });
    assert.ok(pods.dependsOn.includes(part("podRange", "pods")));
    const open = only(all, part("subnet", "public-a"));
    assert.equal(open.inputs["mapPublicIpOnLaunch"], false);
    assert.ok(!open.dependsOn.includes(part("podRange", "pods")));
  });

  it("puts each subnet of a large region's pods after its own half of the range", async () => {
    const large = await make(planOf({}, { cidr: "172.16.0.0/14" }));
    const afterRange = (zone: string) =>
      only(large, part("subnet", `pods-${zone}`)).dependsOn.filter((id) =>
        id.startsWith(typeIds.podRange),
      );
    assert.deepEqual(afterRange("a"), [part("podRange", "pods")]);
    assert.deepEqual(afterRange("b"), [part("podRange", "pods")]);
    assert.deepEqual(afterRange("c"), [part("podRange", "pods-2")]);
  });

  it("puts NAT gateways into public subnets, after the internet gateway that they need", () => {
    const nat = only(all, part("nat", "nat-b"));
    assert.deepEqual(nat.inputs, {
      subnetId: ec2Id("subnet", typeIds.subnet, "eu-west-1-public-b"),
      allocationId: ec2Id("eipalloc", typeIds.address, "eu-west-1-nat-b"),
      tags: nameTag("eu-west-1-nat-b"),
    });
    assert.ok(nat.dependsOn.includes(part("internet", "internet")));
    const address = only(all, part("address", "nat-b"));
    assert.deepEqual(address.inputs, { domain: "vpc", tags: nameTag("eu-west-1-nat-b") });
    assert.ok(address.dependsOn.includes(part("internet", "internet")));
  });

  it("routes the world through gateways, and isolated subnets nowhere", () => {
    const routes = all.filter(({ type }) => type === typeIds.route);
    assert.deepEqual(
      Object.fromEntries(routes.map(({ name, inputs }) => [name, inputs])),
      Object.fromEntries([
        routeOut("public", { gatewayId: ec2Id("igw", typeIds.internet, "eu-west-1-internet") }),
        ...["a", "b", "c"].map((zone) =>
          routeOut(`private-${zone}`, {
            natGatewayId: ec2Id("nat", typeIds.nat, `eu-west-1-nat-${zone}`),
          }),
        ),
      ]),
    );
  });

  it("associates every subnet with the table that the plan says, once", () => {
    const plan = planOf();
    const found = all
      .filter(({ type }) => type === typeIds.association)
      .map(({ inputs }) => `${String(inputs["routeTableId"])} ${String(inputs["subnetId"])}`);
    const wanted = plan.routeTables.flatMap(({ name, subnets }) =>
      subnets.map(
        (subnet) =>
          `${ec2Id("rtb", typeIds.table, name)} ${ec2Id("subnet", typeIds.subnet, subnet)}`,
      ),
    );
    assert.deepEqual(found.sort(), wanted.sort());
  });

  it("makes endpoints: free ones as routes, the others in every zone behind their group", () => {
    const zones = ["a", "b", "c"].map((zone) => `eu-west-1-private-${zone}`);
    assert.deepEqual(only(all, part("endpoint", "s3")).inputs, {
      vpcId,
      serviceName: "com.amazonaws.eu-west-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: zones.map((name) => ec2Id("rtb", typeIds.table, name)),
      tags: nameTag("eu-west-1-s3"),
    });
    assert.deepEqual(only(all, part("endpoint", "eks-auth")).inputs, {
      vpcId,
      serviceName: "com.amazonaws.eu-west-1.eks-auth",
      vpcEndpointType: "Interface",
      subnetIds: zones.map((name) => ec2Id("subnet", typeIds.subnet, name)),
      securityGroupIds: [ec2Id("sg", typeIds.group, "eu-west-1-endpoints")],
      privateDnsEnabled: true,
      tags: nameTag("eu-west-1-eks-auth"),
    });
  });

  it("costs less where the environment saves", async () => {
    const cheap = await make(planOf({ natGateways: "region" }));
    const count = (type: string) => cheap.filter((each) => each.type === type).length;
    assert.equal(count(typeIds.nat), 1);
    assert.equal(count(typeIds.address), 1);
    assert.equal(count(typeIds.endpoint), 2);
    assert.equal(count(typeIds.route), 4);
  });

  it("tells the other parts its ids, lists in the order of the zones", async () => {
    const plan = planOf({}, { zones: ["b", "a", "c"] });
    const said: Promise<unknown>[] = [];
    await make(plan, (network) => {
      const face: RegionNetworkFace = network;
      const { vpcId: id, subnetIds, securityGroupIds } = face;
      said.push(valueOf({ id, subnetIds, securityGroupIds }), valueOf(network.routeTableIds));
    });
    const [ids, tables] = await Promise.all(said);
    const inTier = (tier: "public" | "private" | "isolated" | "pods") =>
      subnetsOf(plan.subnets, tier).map(({ name }) => ec2Id("subnet", typeIds.subnet, name));
    const groupId = (role: string) => ec2Id("sg", typeIds.group, `eu-west-1-${role}`);
    assert.deepEqual(ids, {
      id: vpcId,
      subnetIds: {
        public: inTier("public"),
        private: inTier("private"),
        isolated: inTier("isolated"),
        pods: inTier("pods"),
      },
      securityGroupIds: {
        edge: groupId("edge"),
        federation: groupId("federation"),
        clusters: groupId("clusters"),
        endpoints: groupId("endpoints"),
        database: groupId("database"),
        cache: groupId("cache"),
      },
    });
    assert.equal(inTier("pods")[0], ec2Id("subnet", typeIds.subnet, "eu-west-1-pods-b"));
    assert.deepEqual(
      tables,
      Object.fromEntries(
        plan.routeTables.map(({ name }) => [name, ec2Id("rtb", typeIds.table, name)]),
      ),
    );
  });

  it("is ready with its routes, associations, endpoints and rules", async () => {
    let urns: Promise<unknown>[] = [];
    let addresses: Promise<unknown> = Promise.resolve();
    await make(planOf(), ({ ready, natAddresses }) => {
      urns = ready.map(({ urn }) => valueOf(urn));
      addresses = valueOf(natAddresses);
    });
    const kinds: string[] = [
      typeIds.route,
      typeIds.association,
      typeIds.endpoint,
      typeIds.ruleIn,
      typeIds.ruleOut,
    ];
    assert.equal(
      new Set(await Promise.all(urns)).size,
      all.filter(({ type }) => kinds.includes(type)).length,
    );
    const found = (await addresses) as string[];
    assert.equal(found.length, 3);
    for (const address of found) assert.match(address, /^198\.51\.100\.\d+$/);
  });
});

function routeOut(table: string, target: Record<string, string>): [string, object] {
  return [
    `eu-west-1-${table}-out`,
    {
      routeTableId: ec2Id("rtb", typeIds.table, `eu-west-1-${table}`),
      destinationCidrBlock: "0.0.0.0/0",
      ...target,
    },
  ];
}

function valueOf(value: object): Promise<unknown> {
  return new Promise((resolve) => {
    pulumi.output(value as Record<string, unknown>).apply(resolve);
  });
}
