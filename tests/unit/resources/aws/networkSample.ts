import assert from "node:assert/strict";
import { Provider } from "@pulumi/aws/provider";
import { RegionNetwork } from "../../../../infra/providers/aws/network/resources/network";
import { ec2Id } from "../../../support/aws/table/ec2";
import { type Registered, register } from "../../../support/engine";
import { networksOf, twoRegions } from "../../plan/aws/networkSample";

export const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1";
export const component = "meridian:aws:RegionNetwork eu-west-1";

/** What a region's network is made of. */
export const typeIds = {
  vpc: "aws:ec2/vpc:Vpc",
  defaultGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  podRange: "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
  subnet: "aws:ec2/subnet:Subnet",
  internet: "aws:ec2/internetGateway:InternetGateway",
  address: "aws:ec2/eip:Eip",
  nat: "aws:ec2/natGateway:NatGateway",
  table: "aws:ec2/routeTable:RouteTable",
  route: "aws:ec2/route:Route",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  group: "aws:ec2/securityGroup:SecurityGroup",
  ruleIn: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  ruleOut: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  flowLog: "aws:ec2/flowLog:FlowLog",
} as const;

/** Plan of the network of eu-west-1, beside us-east-1. */
export const planOf = (aws: Record<string, unknown> = {}, fields: Record<string, unknown> = {}) => {
  const [plan] = networksOf([{ ...twoRegions[0], ...fields }, twoRegions[1]], aws).networks;
  assert.ok(plan);
  return plan;
};

/** Everything that the network of eu-west-1 registers; `use` sees the component. */
export async function make(
  plan = planOf(),
  use: (network: RegionNetwork) => void = () => undefined,
): Promise<Registered[]> {
  const all = await register(() => {
    const provider = new Provider("eu-west-1", { region: "eu-west-1" });
    use(new RegionNetwork("eu-west-1", { plan, keyArn }, { providers: [provider] }));
  });
  return all.filter(({ type }) => !type.startsWith("pulumi:"));
}

export const vpcId = ec2Id("vpc", typeIds.vpc, "eu-west-1-vpc");
export const nameTag = (name: string) => ({ Name: `meridian-test-${name}` });
/** Id of a registration. */
export const part = (kind: keyof typeof typeIds, name: string) =>
  `${typeIds[kind]} eu-west-1-${name}`;
