import type { AwsEnvironment } from "../../../config/types";
import type { RegionPlan } from "../../../plan/types";
import { argocdPodPort } from "../../../components/delivery/argocdIngress";
import { cachePort } from "../../../components/cache/plan";
import { databasePort } from "../../../components/database/plan";
import { federationPort, gatewayPodPort } from "../../../components/gateway/awsEdge";
import { awsName } from "../account/names";

/** Purposes of security groups; the same as `SecurityRole` of the resources. */
export const securityRoles = [
  "edge",
  "federation",
  "clusters",
  "endpoints",
  "database",
  "cache",
] as const;

export type PlannedSecurityRole = (typeof securityRoles)[number];

export interface SecurityGroupPlan {
  readonly role: PlannedSecurityRole;
  /** Logical name, e.g. "eu-west-1-edge". */
  readonly name: string;
  /** Name in AWS, unique in its VPC. */
  readonly groupName: string;
  readonly description: string;
  readonly rules: readonly SecurityRulePlan[];
}

/** One allowed connection on one TCP port; all other traffic is denied. */
export interface SecurityRulePlan {
  /** Logical name: contains source or destination, so that a new rule renames no other. */
  readonly name: string;
  readonly direction: "in" | "out";
  readonly port: number;
  readonly cidr: string;
  readonly description: string;
}

const world = "0.0.0.0/0";

/**
 * The security groups of one region.
 *
 * The rules use address ranges, not groups: a rule cannot reference a group of another region, and a rule that references a
 * cluster's group would block the group's deletion before the cluster's. Other regions see the pods' own addresses only if nodes do
 * not translate them (`snatPolicy: Disabled` of the NodeClass).
 *
 * @param regions all regions of the environment, including `region`.
 */
export function planSecurityGroups(
  environment: AwsEnvironment,
  region: RegionPlan,
  regions: readonly RegionPlan[],
): readonly SecurityGroupPlan[] {
  return securityRoles.map((role) => {
    const name = `${region.name}-${role}`;
    const rules = rulesOf(role, environment, region, regions);
    return {
      role,
      name,
      groupName: awsName(environment.name, role),
      description: descriptions[role],
      rules: distinct(rules).map((rule) => ruleOf(name, rule)),
    };
  });
}

/** A description cannot be changed in place, so it must stay true. */
const descriptions: Readonly<Record<PlannedSecurityRole, string>> = {
  edge: "Load balancer of the gateway",
  federation: "Load balancer of the federation API server",
  clusters: "API servers, from within the platform",
  endpoints: "Private ways to services of AWS",
  database: "Databases",
  cache: "Caches",
};

interface Rule {
  readonly direction: "in" | "out";
  readonly port: number;
  readonly cidr: string;
  /** Source or destination, as part of a name. */
  readonly peer: string;
}

function rulesOf(
  role: PlannedSecurityRole,
  { aws, delivery }: AwsEnvironment,
  region: RegionPlan,
  regions: readonly RegionPlan[],
): readonly Rule[] {
  const own = { peer: `${region.name}-pods`, cidr: region.network.pods };
  const allNodes = regions.map(({ name, network }) => ({ peer: `${name}-vpc`, cidr: network.vpc }));
  const allPods = regions.map(({ name, network }) => ({
    peer: `${name}-pods`,
    cidr: network.pods,
  }));
  const open = (port: number, peers: readonly Pick<Rule, "peer" | "cidr">[]) =>
    peers.map((peer): Rule => ({ direction: "in", port, ...peer }));
  const out = (port: number): Rule => ({ direction: "out", port, ...own });
  switch (role) {
    case "edge": {
      const anyone = [{ peer: "world", cidr: world }];
      // Argo CD's pods run in the hub's cluster, in the same network.
      const door = delivery.sso !== undefined && region.role === "hub";
      return [
        ...open(80, anyone),
        ...open(443, anyone),
        out(gatewayPodPort),
        ...(door ? [out(argocdPodPort)] : []),
      ];
    }
    case "federation": {
      const named = aws.apiAccess.map((cidr) => ({ peer: cidr.replaceAll(/[./]/g, "-"), cidr }));
      return [...open(federationPort, [...allNodes, ...allPods, ...named]), out(federationPort)];
    }
    case "clusters":
      return open(443, [...allNodes, ...allPods]);
    case "endpoints":
      return open(443, [{ peer: `${region.name}-vpc`, cidr: region.network.vpc }, own]);
    case "database":
      return open(databasePort, allPods);
    case "cache":
      return open(cachePort, [own]);
  }
}

/** AWS rejects a duplicate rule, even under another name: the configuration may name a network twice. */
function distinct(rules: readonly Rule[]): readonly Rule[] {
  const same = (one: Rule, other: Rule) =>
    one.direction === other.direction && one.port === other.port && one.cidr === other.cidr;
  return rules.filter((rule, index) => rules.findIndex((other) => same(rule, other)) === index);
}

function ruleOf(group: string, { direction, port, cidr, peer }: Rule): SecurityRulePlan {
  const way = direction === "in" ? "from" : "to";
  return {
    name: `${group}-${way}-${peer}-${port}`,
    direction,
    port,
    cidr,
    description: `${port} ${way} ${peer}`,
  };
}
