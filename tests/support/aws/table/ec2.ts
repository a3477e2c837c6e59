import { createHash } from "node:crypto";
import type { AwsResource } from "./types";

/** An id as EC2 gives them: a prefix and 17 hexadecimal digits, the same for the same resource. */
export function ec2Id(prefix: string, type: string, name: string): string {
  return `${prefix}-${digest(`${type} ${name}`).slice(0, 17)}`;
}

export function idOf(prefix: string, { type, name }: AwsResource): string {
  return ec2Id(prefix, type, name);
}

export function arnOf(kind: string, prefix: string, resource: AwsResource): string {
  const { region, account } = resource;
  return `arn:aws:ec2:${region}:${account}:${kind}/${idOf(prefix, resource)}`;
}

/** A public address, of the range for documentation. */
export function addressOf({ type, name }: AwsResource): string {
  return `198.51.100.${(parseInt(digest(`${type} ${name}`).slice(0, 4), 16) % 254) + 1}`;
}

/** An input that is text; empty where it isn't. */
export function textOf({ inputs }: AwsResource, name: string): string {
  const value = inputs[name];
  return typeof value === "string" ? value : "";
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
