import type { EngineEvent } from "@pulumi/pulumi/automation";
import { listed } from "../changeSummary";

/** One resource that a run deletes, or replaces by another. */
export interface Loss {
  readonly name: string;
  readonly type: string;
  readonly how: "deleted" | "replaced";
  /** Whether it holds data that is deleted with it. */
  readonly holdsData: boolean;
  /** Protected: the engine refuses it. */
  readonly isProtected: boolean;
}

/** Modules of aws, and single types, that hold data, or without which data cannot be read. */
const dataModules = ["rds", "elasticache", "dynamodb", "efs", "backup", "memorydb"];
const dataTypes = [
  ...["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:ecr/repository:Repository"],
  ...["aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:secretsmanager/secret:Secret"],
  ...["aws:route53/zone:Zone", "aws:cloudtrail/trail:Trail"],
];

/** Types of those modules that are only settings and hold no data. */
const settings = /(ParameterGroup|SubnetGroup|EventSubscription|Selection|Plan|User|UserGroup)$/;

export function holdsData(type: string): boolean {
  if (dataTypes.includes(type)) return true;
  const [pack, module = ""] = type.split(":");
  return pack === "aws" && dataModules.includes(module.split("/")[0] ?? "") && !settings.test(type);
}

/** The resources that a preview would delete or replace, each once, in order. Pure. */
export function lossesOf(events: readonly EngineEvent[]): Loss[] {
  const losses = new Map<string, Loss>();
  for (const { resourcePreEvent } of events) {
    if (resourcePreEvent === undefined) continue;
    const { op, urn, type, old } = resourcePreEvent.metadata;
    const how = howOf(op);
    // A replacement consists of a creation and a deletion: it counts as a replacement.
    if (how === undefined || losses.get(urn)?.how === "replaced") continue;
    const name = urn.split("::").at(-1) ?? urn;
    const isProtected = old?.protect === true;
    losses.set(urn, { name, type, how, holdsData: holdsData(type), isProtected });
  }
  return [...losses.values()];
}

function howOf(op: string): Loss["how"] | undefined {
  if (op === "delete") return "deleted";
  return ["replace", "create-replacement", "delete-replaced"].includes(op) ? "replaced" : undefined;
}

/** The losses as text: first those that hold data, marked with "!", then the others; empty if there are none. */
export function lossText(losses: readonly Loss[]): string {
  if (losses.length === 0) return "";
  const data = losses.filter(({ holdsData }) => holdsData);
  const others = losses.filter(({ holdsData }) => !holdsData);
  return [
    `To be deleted or replaced: ${losses.length}`,
    ...data.map((loss) => `  ! ${lineOf(loss)}`),
    ...listed(others, (loss) => `  - ${lineOf(loss)}`),
  ].join("\n");
}

function lineOf({ name, type, how, holdsData, isProtected }: Loss): string {
  const data = holdsData ? ", and with it what is in it" : "";
  return `${name} (${type}) is ${how}${data}${isProtected ? "; it is protected, so that this fails" : ""}`;
}
