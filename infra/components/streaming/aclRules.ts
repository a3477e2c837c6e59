import type { AclOperation, UserPlan } from "./types";

/** One permission, with Kafka's codes. */
export interface AclRule {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly resourcePatternType: number;
  readonly principal: string;
  readonly host: string;
  readonly operation: number;
  readonly permissionType: number;
}

const resourceTypes = { topic: 2, group: 3, cluster: 4 } as const;
const patternTypes = { literal: 3, prefix: 4 } as const;
const operations: Readonly<Record<AclOperation, number>> = {
  Read: 3,
  Write: 4,
  Create: 5,
  Alter: 7,
  Describe: 8,
  DescribeConfigs: 10,
  AlterConfigs: 11,
};
const allow = 3;

/** Permissions of users, as Kafka stores them. */
export function aclRules(users: readonly Pick<UserPlan, "principal" | "acls">[]): AclRule[] {
  return users.flatMap(({ principal, acls }) =>
    acls.flatMap(({ resource, operations: allowed }) =>
      allowed.map((operation) => ({
        resourceType: resourceTypes[resource.type],
        resourceName: resource.name,
        resourcePatternType: patternTypes[resource.patternType],
        principal,
        host: "*",
        operation: operations[operation],
        permissionType: allow,
      })),
    ),
  );
}

/** Permission to see every topic and group, with offsets, and the cluster's brokers; no record. */
export function describeRules(principal: string): AclRule[] {
  return (["topic", "group", "cluster"] as const).map((type) => ({
    resourceType: resourceTypes[type],
    resourceName: type === "cluster" ? "kafka-cluster" : "*",
    resourcePatternType: patternTypes.literal,
    principal,
    host: "*",
    operation: operations.Describe,
    permissionType: allow,
  }));
}

/** What has to be created and deleted, so that exactly the wanted permissions exist. */
export function compareRules(
  wanted: readonly AclRule[],
  found: readonly AclRule[],
): { readonly missing: readonly AclRule[]; readonly extra: readonly AclRule[] } {
  const keyOf = (rule: AclRule) =>
    JSON.stringify([
      rule.resourceType,
      rule.resourceName,
      rule.resourcePatternType,
      rule.principal,
      rule.host,
      rule.operation,
      rule.permissionType,
    ]);
  const [keys, present] = [new Set(wanted.map(keyOf)), new Set(found.map(keyOf))];
  return {
    missing: wanted.filter((rule) => !present.has(keyOf(rule))),
    extra: found.filter((rule) => !keys.has(keyOf(rule))),
  };
}
