import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { SecurityGroupPlan, SecurityRulePlan } from "../securityGroups";
import type { SecurityRole } from "../../resources/types";

export interface SecurityGroupsArgs {
  readonly vpc: ec2.Vpc;
  /** One for each role. */
  readonly plans: readonly SecurityGroupPlan[];
}

/** A region's security groups. Each rule is a separate resource: a new rule changes no other. */
export class SecurityGroups extends pulumi.ComponentResource {
  readonly ids: Readonly<Record<SecurityRole, pulumi.Output<string>>>;
  readonly rules: readonly pulumi.Resource[];

  constructor(name: string, args: SecurityGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:SecurityGroups", name, {}, opts);
    const groups = args.plans.map((plan) => ({
      plan,
      group: new ec2.SecurityGroup(
        plan.name,
        {
          vpcId: args.vpc.id,
          name: plan.groupName,
          description: plan.description,
          tags: { Name: plan.groupName },
        },
        { parent: this },
      ),
    }));
    this.rules = groups.flatMap(({ plan, group }) =>
      plan.rules.map((rule) => this.createRule(group, rule)),
    );
    const idOf = (role: SecurityRole): pulumi.Output<string> => {
      const group = groups.find(({ plan }) => plan.role === role)?.group;
      if (group === undefined) throw new RangeError(`the plan has no security group ${role}`);
      return group.id;
    };
    this.ids = {
      edge: idOf("edge"),
      federation: idOf("federation"),
      clusters: idOf("clusters"),
      endpoints: idOf("endpoints"),
      database: idOf("database"),
      cache: idOf("cache"),
    };
    this.registerOutputs({});
  }

  private createRule(group: ec2.SecurityGroup, rule: SecurityRulePlan): pulumi.Resource {
    const { name, direction, port, cidr, description } = rule;
    const inputs = {
      securityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      cidrIpv4: cidr,
      description,
    };
    switch (direction) {
      case "in":
        return new vpc.SecurityGroupIngressRule(name, inputs, { parent: this });
      case "out":
        return new vpc.SecurityGroupEgressRule(name, inputs, { parent: this });
    }
  }
}
