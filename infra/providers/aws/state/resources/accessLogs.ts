import * as pulumi from "@pulumi/pulumi";
import type { BucketPlan } from "../buckets";
import { SecureBucket } from "./secureBucket";

/** Creates a region's bucket for access logs. It uses S3's own keys, because load balancers cannot write with any other. */
export function createAccessLogs(
  region: string,
  plan: BucketPlan,
  opts: pulumi.ComponentResourceOptions,
): SecureBucket {
  return new SecureBucket(`${region}-access-logs`, { plan, encryption: { kind: "s3" } }, opts);
}

/** Name of the bucket, resolved once the bucket is writable: a load balancer is rejected before its policy exists. */
export function writableName({ name, ready }: SecureBucket): pulumi.Output<string> {
  return pulumi.output({ name, ready: pulumi.all(ready.map(({ urn }) => urn)) }).apply(nameOf);
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
