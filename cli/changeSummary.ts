import type { EngineEvent } from "@pulumi/pulumi/automation";
import { nameOf } from "../operations/aws/deployment";

/** One resource that a run creates, updates, replaces or deletes. */
export interface Change {
  readonly name: string;
  /** In the engine's notation, e.g. "aws:ec2/vpc:Vpc". */
  readonly type: string;
  readonly how: "created" | "changed" | "replaced" | "deleted";
  /** Properties that differ, if known. */
  readonly properties: readonly string[];
}

/** Maximum number of changes that are listed one by one. */
const longestList = 30;

const hows: Readonly<Record<string, Change["how"]>> = {
  create: "created",
  update: "changed",
  replace: "replaced",
  "create-replacement": "replaced",
  "delete-replaced": "replaced",
  delete: "deleted",
};

/** The engine's own resource for the stack. It is not in the engine's counts. */
const stackType = "pulumi:pulumi:Stack";

/** The changes in a preview, each resource once, in order. Reads and the stack itself do not count. Pure. */
export function changesOf(events: readonly EngineEvent[]): Change[] {
  const changes = new Map<string, Change>();
  for (const { resourcePreEvent } of events) {
    if (resourcePreEvent === undefined) continue;
    const { op, urn, type, diffs } = resourcePreEvent.metadata;
    const how = hows[op];
    if (how === undefined || type === stackType || changes.has(urn)) continue;
    changes.set(urn, { name: nameOf(urn), type, how, properties: diffs ?? [] });
  }
  return [...changes.values()];
}

/**
 * The counts of a preview by the engine's operations. Every number of a preview comes from its changes, so that they agree. Pure.
 * @param counts The engine's counts, from which the unchanged resources come.
 */
export function countsOf(
  changes: readonly Change[],
  counts: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const number = (how: Change["how"]) => changes.filter((change) => change.how === how).length;
  return {
    create: number("created"),
    update: number("changed"),
    replace: number("replaced"),
    delete: number("deleted"),
    same: counts["same"] ?? 0,
  };
}

/**
 * Resources that change as text: listed one by one if they are few, otherwise counted by kind. Pure.
 * @param order Kinds of change. Default: without replaced and deleted resources, which `lossText` covers on AWS.
 */
export function changeText(
  changes: readonly Change[],
  order: readonly Change["how"][] = ["created", "changed"],
): string {
  return order
    .map((how) => [how, changes.filter((change) => change.how === how)] as const)
    .filter(([, some]) => some.length > 0)
    .map(([how, some]) => `To be ${how}: ${some.length}\n${linesOf(some).join("\n")}`)
    .join("\n");
}

function linesOf(changes: readonly Change[]): string[] {
  return listed(changes, ({ name, type, properties }) => {
    const what = properties.length === 0 ? "" : `: ${properties.join(", ")}`;
    return `  ${name} (${type})${what}`;
  });
}

/** One line per item if they are few, otherwise the count of each kind, most frequent first. Pure. */
export function listed<T extends { readonly type: string }>(
  items: readonly T[],
  line: (item: T) => string,
): string[] {
  if (items.length <= longestList) return items.map(line);
  const counts = new Map<string, number>();
  for (const { type } of items) counts.set(kindOf(type), (counts.get(kindOf(type)) ?? 0) + 1);
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  const width = Math.max(...rows.map(([kind]) => kind.length));
  return rows.map(([kind, count]) => `  ${kind.padEnd(width)} ${`${count}`.padStart(5)}`);
}

/** Labels for the most frequent kinds, by package and module of the type. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/^kubernetes:helm\.sh/, "Helm charts"],
  [/^kubernetes:/, "objects in the clusters"],
  [/^aws:(ec2|ec2transitgateway|vpc)\//, "network (VPC)"],
  [/^aws:eks\//, "EKS"],
  [/^aws:(lb|wafv2|acm)\//, "load balancers, firewall, certificates"],
  [/^aws:route53\//, "Route 53"],
  [/^aws:iam\//, "IAM"],
  [/^aws:s3\//, "S3"],
  [/^aws:ecr\//, "ECR"],
  [/^aws:kms\//, "KMS"],
  [/^aws:cloudwatch\//, "CloudWatch"],
  [/^aws:rds\//, "Aurora"],
  [/^aws:elasticache\//, "ElastiCache"],
  [/^meridian:index:/, "clusters, processes and manifests of Meridian"],
  [/^(meridian|pulumi):/, "groups of resources, and providers"],
];

function kindOf(type: string): string {
  const found = kinds.find(([pattern]) => pattern.test(type));
  return found?.[1] ?? `other: ${type.split(":")[1]?.split("/")[0] ?? type}`;
}

/** Number of resources that a run changes, by the engine's counts: reads and unchanged resources do not count. */
export function changedCount(counts: Readonly<Record<string, number>>): number {
  const changing = ["create", "update", "replace", "delete"];
  return changing.reduce((sum, op) => sum + (counts[op] ?? 0), 0);
}
