import assert from "node:assert/strict";
import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import {
  type ConnectedNetwork,
  RegionPeering,
} from "../../../../infra/providers/aws/network/resources/connections";
import { ec2Id } from "../../../support/aws/table/ec2";
import { type Registered, only, register } from "../../../support/engine";
import { networksOf, threeRegions, twoRegions } from "../../plan/aws/networkSample";

const component = "meridian:aws:Connections connections";

const typeIds = {
  peering: "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
  accepter: "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter",
  options: "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions",
  route: "aws:ec2/route:Route",
  gateway: "aws:ec2transitgateway/transitGateway:TransitGateway",
  attachment: "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
  table: "aws:ec2transitgateway/routeTable:RouteTable",
  association: "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
  propagation: "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation",
  transitRoute: "aws:ec2transitgateway/route:Route",
  transitPeering: "aws:ec2transitgateway/peeringAttachment:PeeringAttachment",
  transitAccepter: "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter",
} as const;

/** Everything that connecting these regions registers. */
async function make(
  entries: readonly { readonly name: string }[],
  transitGatewayFrom: number,
  use: (connections: RegionPeering) => void = () => undefined,
): Promise<Registered[]> {
  const { connections: plan, networks } = networksOf(entries, { transitGatewayFrom });
  const all = await register(() => {
    const providers = Object.fromEntries(
      entries.map(({ name }) => [name, new Provider(name, { region: name as never })]),
    );
    const connected = Object.fromEntries(
      networks.map(({ region, routeTables }): [string, ConnectedNetwork] => [
        region,
        {
          vpcId: pulumi.output(`vpc-${region}`),
          subnetIds: {
            public: [],
            private: ["a", "b", "c"].map((zone) => pulumi.output(`subnet-${region}-${zone}`)),
            isolated: [],
            pods: [],
          },
          routeTableIds: Object.fromEntries(
            routeTables.map(({ name }) => [name, pulumi.output(`rtb-${name}`)]),
          ),
        },
      ]),
    );
    use(
      new RegionPeering("connections", {
        plan,
        networks: connected,
        providers,
        environment: "test",
      }),
    );
  });
  return all.filter(({ type }) => !type.startsWith("pulumi:"));
}

/** The same, registered once for all tests that only look at it. */
function made(regions: 2 | 3, transitGatewayFrom: number): Promise<Registered[]> {
  const key = `${regions} ${transitGatewayFrom}`;
  const known = registrations.get(key);
  if (known !== undefined) return known;
  const fresh = make(threeRegions.slice(0, regions), transitGatewayFrom);
  registrations.set(key, fresh);
  return fresh;
}

const registrations = new Map<string, Promise<Registered[]>>();

const pair = "eu-west-1-us-east-1";
const tags = (name: string) => ({ Name: `meridian-test-${name}` });

describe("Connections by peering", () => {
  const pcx = ec2Id("pcx", typeIds.peering, pair);

  it("asks in one region, accepts in the other, and lets both resolve names", async () => {
    const all = await made(2, 3);
    const asked = only(all, `${typeIds.peering} ${pair}`);
    assert.deepEqual(asked.inputs, {
      vpcId: "vpc-eu-west-1",
      peerVpcId: "vpc-us-east-1",
      peerRegion: "us-east-1",
      tags: tags(pair),
    });
    assert.equal(asked.provider, "eu-west-1");
    assert.equal(asked.parent, component);
    const accepted = only(all, `${typeIds.accepter} ${pair}`);
    assert.deepEqual(accepted.inputs, {
      vpcPeeringConnectionId: pcx,
      autoAccept: true,
      tags: tags(pair),
    });
    assert.equal(accepted.provider, "us-east-1");
    const resolution = { allowRemoteVpcDnsResolution: true };
    for (const [region, side] of [
      ["eu-west-1", "requester"],
      ["us-east-1", "accepter"],
    ] as const) {
      const options = only(all, `${typeIds.options} ${pair}-${region}`);
      assert.deepEqual(options.inputs, { vpcPeeringConnectionId: pcx, [side]: resolution });
      assert.equal(options.provider, region);
      assert.ok(options.dependsOn.includes(accepted.id), "options need an accepted connection");
    }
  });

  it("routes both ways, each route in its own region and after the other accepted", async () => {
    const all = await made(2, 3);
    const there = only(all, `${typeIds.route} eu-west-1-private-a-to-us-east-1-vpc`);
    assert.deepEqual(there.inputs, {
      routeTableId: "rtb-eu-west-1-private-a",
      destinationCidrBlock: "10.16.128.0/18",
      vpcPeeringConnectionId: pcx,
    });
    assert.equal(there.provider, "eu-west-1");
    assert.equal(there.parent, component);
    assert.ok(there.dependsOn.includes(`${typeIds.accepter} ${pair}`));
    const back = only(all, `${typeIds.route} us-east-1-isolated-to-eu-west-1-pods`);
    assert.deepEqual(back.inputs, {
      routeTableId: "rtb-us-east-1-isolated",
      destinationCidrBlock: "10.20.0.0/17",
      vpcPeeringConnectionId: pcx,
    });
    assert.equal(back.provider, "us-east-1");
  });

  it("is ready with its routes", async () => {
    let count = 0;
    const all = await make(twoRegions, 3, ({ ready }) => (count = ready.length));
    assert.equal(count, all.filter(({ type }) => type === typeIds.route).length);
  });
});

describe("Connections by transit gateways", () => {
  const gatewayOf = (region: string) => ec2Id("tgw", typeIds.gateway, `${region}-transit`);
  const tableOf = (region: string) => ec2Id("tgw-rtb", typeIds.table, `${region}-transit`);
  const peeringId = ec2Id("tgw-attach", typeIds.transitPeering, pair);

  it("attaches each network to its region's gateway, in every zone", async () => {
    const all = await made(2, 2);
    const gateway = only(all, `${typeIds.gateway} eu-west-1-transit`);
    assert.deepEqual(gateway.inputs, {
      description: "Meridian test",
      autoAcceptSharedAttachments: "disable",
      defaultRouteTableAssociation: "disable",
      defaultRouteTablePropagation: "disable",
      dnsSupport: "enable",
      tags: tags("eu-west-1-transit"),
    });
    assert.equal(gateway.provider, "eu-west-1");
    const attachment = only(all, `${typeIds.attachment} eu-west-1-transit`);
    assert.deepEqual(attachment.inputs, {
      transitGatewayId: gatewayOf("eu-west-1"),
      vpcId: "vpc-eu-west-1",
      subnetIds: ["a", "b", "c"].map((zone) => `subnet-eu-west-1-${zone}`),
      transitGatewayDefaultRouteTableAssociation: false,
      transitGatewayDefaultRouteTablePropagation: false,
      tags: tags("eu-west-1-transit"),
    });
    const attached = {
      transitGatewayAttachmentId: ec2Id("tgw-attach", typeIds.attachment, "eu-west-1-transit"),
      transitGatewayRouteTableId: tableOf("eu-west-1"),
    };
    for (const kind of ["association", "propagation"] as const)
      assert.deepEqual(only(all, `${typeIds[kind]} eu-west-1-transit`).inputs, attached);
  });

  it("peers the gateways, accepted at the other end", async () => {
    const all = await made(2, 2);
    const asked = only(all, `${typeIds.transitPeering} ${pair}`);
    assert.deepEqual(asked.inputs, {
      transitGatewayId: gatewayOf("eu-west-1"),
      peerTransitGatewayId: gatewayOf("us-east-1"),
      peerRegion: "us-east-1",
      tags: tags(pair),
    });
    assert.equal(asked.provider, "eu-west-1");
    const accepted = only(all, `${typeIds.transitAccepter} ${pair}`);
    assert.deepEqual(accepted.inputs, { transitGatewayAttachmentId: peeringId, tags: tags(pair) });
    assert.equal(accepted.provider, "us-east-1");
  });

  it("routes statically from gateway to gateway, once the peering is accepted and in the table", async () => {
    const all = await made(2, 2);
    for (const [from, to, vpc] of [
      ["eu-west-1", "us-east-1", "10.16.128.0/18"],
      ["us-east-1", "eu-west-1", "10.20.128.0/18"],
    ] as const) {
      const attached = {
        transitGatewayAttachmentId: peeringId,
        transitGatewayRouteTableId: tableOf(from),
      };
      const association = only(all, `${typeIds.association} ${pair}-${from}`);
      assert.deepEqual(association.inputs, attached);
      assert.equal(association.provider, from);
      assert.ok(association.dependsOn.includes(`${typeIds.transitAccepter} ${pair}`));
      const route = only(all, `${typeIds.transitRoute} ${from}-transit-to-${to}-vpc`);
      assert.deepEqual(route.inputs, { ...attached, destinationCidrBlock: vpc });
      assert.equal(route.provider, from);
      assert.ok(route.dependsOn.includes(association.id));
    }
  });

  it("leads the subnets' tables to the gateway, after the network is attached to it", async () => {
    const all = await made(2, 2);
    const route = only(all, `${typeIds.route} eu-west-1-private-a-to-us-east-1-vpc`);
    assert.deepEqual(route.inputs, {
      routeTableId: "rtb-eu-west-1-private-a",
      destinationCidrBlock: "10.16.128.0/18",
      transitGatewayId: gatewayOf("eu-west-1"),
    });
    assert.ok(route.dependsOn.includes(`${typeIds.attachment} eu-west-1-transit`));
  });

  it("keeps the tables' routes that peering had, with their parents, so that they change in place", async () => {
    const identities = async (from: number) =>
      (await made(3, from))
        .filter(({ type }) => type === typeIds.route)
        .map(({ id, parent, provider }) => ({ id, parent, provider }));
    assert.deepEqual(await identities(3), await identities(4));
  });

  it("changes nothing that is there for a region that joins", async () => {
    const before = await made(2, 2);
    const after = await made(3, 3);
    for (const each of before) assert.deepEqual(only(after, each.id), each);
    for (const { id, custom } of after)
      if (custom && !before.some((each) => each.id === id)) assert.match(id, /ap-southeast-1/);
  });

  it("is ready with the routes of tables and gateways", async () => {
    let count = 0;
    await make(twoRegions, 2, ({ ready }) => (count = ready.length));
    // 14 of tables, 4 of gateways, 2 places of the peering in the gateways' tables.
    assert.equal(count, 20);
  });
});
