import { connectionTypes } from "./connections";
import { addressOf, arnOf, ec2Id, idOf, textOf } from "./ec2";
import type { AwsTable } from "./types";

/** Types of the network part. */
export const networkTypes: AwsTable = {
  "aws:ec2/vpc:Vpc": {
    required: ["cidrBlock|ipv4IpamPoolId"],
    replaceOn: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "instanceTenancy"],
    outputs: (resource) => ({
      id: idOf("vpc", resource),
      arn: arnOf("vpc", "vpc", resource),
      ownerId: resource.account,
      defaultSecurityGroupId: ec2Id("sg", "default", resource.name),
      defaultRouteTableId: ec2Id("rtb", "default", resource.name),
      mainRouteTableId: ec2Id("rtb", "default", resource.name),
      defaultNetworkAclId: ec2Id("acl", "default", resource.name),
    }),
  },
  "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": {
    required: ["vpcId", "cidrBlock|ipv4IpamPoolId"],
    replaceOn: ["vpcId", "cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
    outputs: (resource) => ({ id: idOf("vpc-cidr-assoc", resource) }),
  },
  "aws:ec2/subnet:Subnet": {
    required: ["vpcId", "cidrBlock|ipv6CidrBlock|ipv4IpamPoolId"],
    replaceOn: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "outpostArn"],
    outputs: (resource) => ({
      id: idOf("subnet", resource),
      arn: arnOf("subnet", "subnet", resource),
      ownerId: resource.account,
    }),
  },
  "aws:ec2/internetGateway:InternetGateway": {
    required: [],
    replaceOn: [],
    outputs: (resource) => ({
      id: idOf("igw", resource),
      arn: arnOf("internet-gateway", "igw", resource),
      ownerId: resource.account,
    }),
  },
  "aws:ec2/eip:Eip": {
    required: [],
    replaceOn: ["address", "domain", "networkBorderGroup", "publicIpv4Pool", "ipamPoolId"],
    outputs: (resource) => ({
      id: idOf("eipalloc", resource),
      allocationId: idOf("eipalloc", resource),
      arn: arnOf("elastic-ip", "eipalloc", resource),
      publicIp: addressOf(resource),
    }),
  },
  "aws:ec2/natGateway:NatGateway": {
    required: ["subnetId|vpcId"],
    replaceOn: ["subnetId", "allocationId", "connectivityType", "privateIp", "vpcId"],
    outputs: (resource) => ({
      id: idOf("nat", resource),
      networkInterfaceId: idOf("eni", resource),
    }),
  },
  "aws:ec2/routeTable:RouteTable": {
    required: ["vpcId"],
    replaceOn: ["vpcId"],
    outputs: (resource) => ({
      id: idOf("rtb", resource),
      arn: arnOf("route-table", "rtb", resource),
      ownerId: resource.account,
    }),
  },
  "aws:ec2/route:Route": {
    required: [
      "routeTableId",
      "destinationCidrBlock|destinationIpv6CidrBlock|destinationPrefixListId",
      "gatewayId|natGatewayId|transitGatewayId|vpcPeeringConnectionId|networkInterfaceId|vpcEndpointId",
    ],
    replaceOn: [
      "routeTableId",
      "destinationCidrBlock",
      "destinationIpv6CidrBlock",
      "destinationPrefixListId",
    ],
    outputs: (resource) => ({
      id: `r-${textOf(resource, "routeTableId")}-${textOf(resource, "destinationCidrBlock")}`,
      origin: "CreateRoute",
      state: "active",
    }),
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    required: ["routeTableId", "subnetId|gatewayId"],
    replaceOn: ["subnetId", "gatewayId"],
    outputs: (resource) => ({ id: idOf("rtbassoc", resource) }),
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    required: ["vpcId", "serviceName|resourceConfigurationArn|serviceNetworkArn"],
    replaceOn: ["vpcId", "serviceName", "serviceRegion", "vpcEndpointType"],
    outputs: (resource) => ({
      id: idOf("vpce", resource),
      arn: arnOf("vpc-endpoint", "vpce", resource),
      ownerId: resource.account,
      state: "available",
      prefixListId: idOf("pl", resource),
    }),
  },
  "aws:ec2/flowLog:FlowLog": {
    required: ["vpcId|subnetId|eniId|transitGatewayId|transitGatewayAttachmentId"],
    replaceOn: [
      "vpcId",
      "trafficType",
      "logDestination",
      "logDestinationType",
      "logFormat",
      "iamRoleArn",
      "maxAggregationInterval",
    ],
    outputs: (resource) => ({
      id: idOf("fl", resource),
      arn: arnOf("vpc-flow-log", "fl", resource),
    }),
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
    required: [],
    replaceOn: ["vpcId"],
    outputs: (resource) => ({
      id: idOf("sg", resource),
      arn: arnOf("security-group", "sg", resource),
      name: "default",
      ownerId: resource.account,
    }),
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    required: [],
    replaceOn: ["name", "namePrefix", "description", "vpcId"],
    outputs: (resource) => ({
      id: idOf("sg", resource),
      arn: arnOf("security-group", "sg", resource),
      ownerId: resource.account,
    }),
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ruleType(),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ruleType(),
  "aws:cloudwatch/logGroup:LogGroup": {
    required: [],
    replaceOn: ["name", "namePrefix", "logGroupClass"],
    outputs: (resource) => {
      const name = textOf(resource, "name") || resource.name;
      const { region, account } = resource;
      return { id: name, name, arn: `arn:aws:logs:${region}:${account}:log-group:${name}` };
    },
  },
  "aws:iam/role:Role": {
    required: ["assumeRolePolicy"],
    replaceOn: ["name", "namePrefix", "path"],
    outputs: (resource) => {
      const name = textOf(resource, "name") || resource.name;
      const path = textOf(resource, "path") || "/";
      return {
        id: name,
        name,
        arn: `arn:aws:iam::${resource.account}:role${path}${name}`,
        uniqueId: idOf("AROA", resource).replace("-", "").toUpperCase(),
      };
    },
  },
  "aws:iam/rolePolicy:RolePolicy": {
    required: ["role", "policy"],
    replaceOn: ["role", "name", "namePrefix"],
    outputs: (resource) => {
      const name = textOf(resource, "name") || resource.name;
      return { id: `${textOf(resource, "role")}:${name}`, name };
    },
  },
  ...connectionTypes,
};

/** A rule of a security group names its protocol and the other end. */
function ruleType(): AwsTable[string] {
  return {
    required: [
      "securityGroupId",
      "ipProtocol",
      "cidrIpv4|cidrIpv6|prefixListId|referencedSecurityGroupId",
    ],
    replaceOn: ["securityGroupId"],
    outputs: (resource) => ({
      id: idOf("sgr", resource),
      securityGroupRuleId: idOf("sgr", resource),
      arn: arnOf("security-group-rule", "sgr", resource),
    }),
  };
}
