import type { VpcFacts } from "../facts";
import type { Asked, DataSource, Properties } from "./types";

/** Networks: those that were there before, and those that the stand-in has made. */
export const networkCalls: Readonly<Record<string, DataSource>> = {
  "aws:ec2/getVpcs:getVpcs": (args, asked) => ({
    id: asked.region,
    region: asked.region,
    ids: vpcsOf(asked)
      .filter((vpc) => matches(vpc, args))
      .map(({ id }) => id),
    tags: args["tags"] ?? {},
  }),
  "aws:ec2/getVpc:getVpc": (args, asked) => {
    const { region, account } = asked;
    const vpc = vpcsOf(asked).find((each) => each.id === args["id"]);
    if (vpc === undefined) throw new Error("no matching EC2 VPC found");
    const ranges = [vpc.cidrBlock, ...(vpc.secondary ?? [])];
    return {
      id: vpc.id,
      region,
      arn: `arn:aws:ec2:${region}:${account}:vpc/${vpc.id}`,
      ownerId: account,
      cidrBlock: vpc.cidrBlock,
      cidrBlockAssociations: ranges.map((cidrBlock, index) => ({
        associationId: `${vpc.id}-cidr-${index}`,
        cidrBlock,
        state: "associated",
      })),
      default: vpc.id === "vpc-default",
      state: "available",
      tags: vpc.tags ?? {},
    };
  },
};

function vpcsOf({ regionFacts, made, region }: Asked): VpcFacts[] {
  const here = made.filter((resource) => resource.region === region);
  const associations = here.filter(({ type }) => type.includes("/vpcIpv4CidrBlockAssociation:"));
  const own = here
    .filter(({ type }) => type === "aws:ec2/vpc:Vpc")
    .map(({ id, properties, tags }) => ({
      id,
      cidrBlock: properties["cidrBlock"] as string,
      secondary: associations
        .filter((association) => association.properties["vpcId"] === id)
        .map((association) => association.properties["cidrBlock"] as string),
      tags,
    }));
  return [...regionFacts.vpcs, ...own];
}

/** Only filters by tag are known; another would be answered wrongly, so it fails. */
function matches(vpc: VpcFacts, args: Properties): boolean {
  const filters = (args["filters"] ?? []) as { name: string; values: string[] }[];
  const tags = (args["tags"] ?? {}) as Record<string, string>;
  const byFilter = filters.every(({ name, values }) => {
    if (!name.startsWith("tag:")) throw new Error(`the stand-in knows no filter ${name} of VPCs`);
    return values.includes(vpc.tags?.[name.slice("tag:".length)] ?? "");
  });
  return byFilter && Object.entries(tags).every(([key, value]) => vpc.tags?.[key] === value);
}
