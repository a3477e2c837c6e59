import * as pulumi from "@pulumi/pulumi";
import type { BucketPlan } from "../buckets";
import { SecureBucket } from "./secureBucket";

/** A region's bucket for access logs. S3's own keys, as load balancers can write with no other. */
export function createAccessLogs(
  region: string,
  plan: BucketPlan,
  opts: pulumi.ComponentResourceOptions,
): SecureBucket {
  return new SecureBucket(`${region}-access-logs`, { plan, encryption: { kind: "s3" } }, opts);
}

/** Name of the bucket, known once it can be written to: a load balancer is refused before its policy is there. */
export function writableName({ name, ready }: SecureBucket): pulumi.Output<string> {
  return pulumi.output({ name, ready: pulumi.all(ready.map(({ urn }) => urn)) }).apply(nameOf);
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
