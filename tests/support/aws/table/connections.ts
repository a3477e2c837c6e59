import { arnOf, idOf, textOf } from "./ec2";
import type { AwsTable } from "./types";

/** Types of what connects the regions' networks. */
export const connectionTypes: AwsTable = {
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": {
    required: ["vpcId", "peerVpcId"],
    replaceOn: ["vpcId", "peerVpcId", "peerOwnerId", "peerRegion"],
    outputs: (resource) => ({
      id: idOf("pcx", resource),
      acceptStatus: "pending-acceptance",
      peerOwnerId: resource.account,
    }),
  },
  "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": {
    required: ["vpcPeeringConnectionId"],
    replaceOn: ["vpcPeeringConnectionId"],
    outputs: (resource) => ({
      id: textOf(resource, "vpcPeeringConnectionId"),
      acceptStatus: "active",
    }),
  },
  "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions": {
    required: ["vpcPeeringConnectionId"],
    replaceOn: ["vpcPeeringConnectionId"],
    outputs: (resource) => ({ id: textOf(resource, "vpcPeeringConnectionId") }),
  },
  "aws:ec2transitgateway/transitGateway:TransitGateway": {
    required: [],
    replaceOn: ["multicastSupport"],
    outputs: (resource) => ({
      id: idOf("tgw", resource),
      arn: arnOf("transit-gateway", "tgw", resource),
      ownerId: resource.account,
      amazonSideAsn: resource.inputs["amazonSideAsn"] ?? 64512,
    }),
  },
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": {
    required: ["transitGatewayId", "vpcId", "subnetIds"],
    replaceOn: ["transitGatewayId", "vpcId"],
    outputs: (resource) => ({
      id: idOf("tgw-attach", resource),
      arn: arnOf("transit-gateway-attachment", "tgw-attach", resource),
      vpcOwnerId: resource.account,
    }),
  },
  "aws:ec2transitgateway/routeTable:RouteTable": {
    required: ["transitGatewayId"],
    replaceOn: ["transitGatewayId"],
    outputs: (resource) => ({
      id: idOf("tgw-rtb", resource),
      arn: arnOf("transit-gateway-route-table", "tgw-rtb", resource),
    }),
  },
  "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation": attachedType("vpc"),
  "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation": attachedType("vpc"),
  "aws:ec2transitgateway/route:Route": {
    required: [
      "destinationCidrBlock",
      "transitGatewayRouteTableId",
      "transitGatewayAttachmentId|blackhole",
    ],
    replaceOn: ["destinationCidrBlock", "transitGatewayRouteTableId", "transitGatewayAttachmentId"],
    outputs: (resource) => ({
      id: `${textOf(resource, "transitGatewayRouteTableId")}_${textOf(resource, "destinationCidrBlock")}`,
    }),
  },
  "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": {
    required: ["transitGatewayId", "peerTransitGatewayId", "peerRegion"],
    replaceOn: ["transitGatewayId", "peerTransitGatewayId", "peerRegion", "peerAccountId"],
    outputs: (resource) => ({
      id: idOf("tgw-attach", resource),
      arn: arnOf("transit-gateway-attachment", "tgw-attach", resource),
      peerAccountId: resource.account,
      state: "pendingAcceptance",
    }),
  },
  "aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter": {
    required: ["transitGatewayAttachmentId"],
    replaceOn: ["transitGatewayAttachmentId"],
    outputs: (resource) => ({ id: textOf(resource, "transitGatewayAttachmentId") }),
  },
};

/** An attachment's place in a table of a transit gateway: it has no id of its own. */
function attachedType(resourceType: string): AwsTable[string] {
  return {
    required: ["transitGatewayAttachmentId", "transitGatewayRouteTableId"],
    replaceOn: ["transitGatewayAttachmentId", "transitGatewayRouteTableId"],
    outputs: (resource) => ({
      id: `${textOf(resource, "transitGatewayRouteTableId")}_${textOf(resource, "transitGatewayAttachmentId")}`,
      resourceType,
    }),
  };
}
