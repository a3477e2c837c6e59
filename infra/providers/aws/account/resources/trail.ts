import * as cloudtrail from "@pulumi/aws/cloudtrail";
import * as pulumi from "@pulumi/pulumi";
import type { TrailPlan } from "../trail";
import { SecureBucket, type SecureBucketArgs } from "../../state/resources/secureBucket";

export interface AuditTrailArgs {
  readonly plan: TrailPlan;
  /** ARN of the platform's key in the trail's region. */
  readonly keyArn: pulumi.Input<string>;
  /** Access log of reads of the trail. */
  readonly accessLog: NonNullable<SecureBucketArgs["accessLog"]>;
}

/** The audit trail: every call that changes something, in all regions, with proof that no record was removed. */
export class AuditTrail extends pulumi.ComponentResource {
  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:AuditTrail", name, {}, opts);
    const { plan, keyArn, accessLog } = args;
    const bucket = new SecureBucket(
      name,
      // The trail itself encrypts its files with the key. Its other files are signed and need no key of the platform.
      { plan: plan.bucket, encryption: { kind: "s3" }, accessLog },
      { parent: this },
    );
    new cloudtrail.Trail(
      name,
      {
        name: plan.name,
        s3BucketName: bucket.name,
        kmsKeyId: keyArn,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        enableLogging: true,
      },
      { parent: this, dependsOn: [...bucket.ready] },
    );
    this.registerOutputs({});
  }
}
