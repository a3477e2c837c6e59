import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { subnetsOf } from "../../../../infra/providers/aws/network/network";
import type { RegionNetworkOutputs } from "../../../../infra/providers/aws/resources/types";
import { ec2Id } from "../../../support/aws/table/ec2";
import { type Registered, only } from "../../../support/engine";
import { make, nameTag, part, planOf, typeIds, vpcId } from "./networkSample";

describe("RegionNetwork", () => {
  /** Of the default plan: registered once, as each test only looks at it. */
  let all: readonly Registered[] = [];
  before(async () => {
    all = await make();
  });

  it("makes a VPC that answers private names, and takes the rules of its default group away", () => {
    const { enableDnsHostnames, enableDnsSupport } = only(all, part("vpc", "vpc")).inputs;
    assert.deepEqual([enableDnsHostnames, enableDnsSupport], [true, true]);
    const { ingress, egress, ...group } = only(all, part("defaultGroup", "vpc")).inputs;
    assert.equal(group["vpcId"], vpcId);
    assert.deepEqual([ingress, egress], [undefined, undefined]);
  });

  it("makes subnets as planned, none of which gives public addresses, those of pods after their range", () => {
    for (const { name, cidr, zone, tier } of planOf().subnets) {
      const { inputs, dependsOn } = only(all, `${typeIds.subnet} ${name}`);
      assert.deepEqual([inputs["cidrBlock"], inputs["availabilityZone"]], [cidr, zone], name);
      assert.equal(inputs["mapPublicIpOnLaunch"], false, name);
      assert.equal(dependsOn.includes(part("podRange", "pods")), tier === "pods", name);
    }
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

  it("tells the other parts its ids, lists in the order of the zones", async () => {
    const plan = planOf({}, { zones: ["b", "a", "c"] });
    const said: Promise<unknown>[] = [];
    await make(plan, (network) => {
      const face: RegionNetworkOutputs = network;
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
