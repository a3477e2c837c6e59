import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import type { SecretPlan } from "../plan";
import { ofRegion } from "../../../providers/aws/resources/ofRegion";
import type { RegionSharedOutputs } from "../../../providers/aws/resources/types";

export interface PlatformSecretArgs {
  readonly plan: SecretPlan;
  /** By region, at least for those with a replica of the secret. */
  readonly shared: Readonly<Record<string, Pick<RegionSharedOutputs, "keyArn">>>;
}

/**
 * A secret with a password that is generated once, encrypted with each region's key. Consumers read the password from here, so a
 * re-run after an interruption uses the same one.
 */
export class PlatformSecret extends pulumi.ComponentResource {
  /** The password in the secret. Secret. */
  readonly password: pulumi.Output<string>;
  /** ARN in the primary region. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PlatformSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:PlatformSecret", name, {}, opts);
    const { plan, shared } = args;
    const kept = { parent: this, protect: plan.kept };
    const secret = new secretsmanager.Secret(
      name,
      {
        name: plan.name,
        description: plan.description,
        kmsKeyId: ofRegion(shared, plan.region).keyArn,
        recoveryWindowInDays: plan.recoveryDays,
        replicas: plan.replicas.map((region) => ({
          region,
          kmsKeyId: ofRegion(shared, region).keyArn,
        })),
        // Overwrites a replica that remains from an earlier deployment.
        forceOverwriteReplicaSecret: true,
      },
      kept,
    );
    const version = new secretsmanager.SecretVersion(
      name,
      { secretId: secret.id, secretString: secretText(plan) },
      // Generated once: a new password at each deployment would lock out every client.
      { ...kept, ignoreChanges: ["secretString"] },
    );
    const text = pulumi.secret(version.secretString);
    this.password = text.apply((value) => passwordIn(value, plan.passwordKey));
    this.arn = secret.arn;
    this.registerOutputs({});
  }
}

/** A password of 43 letters, digits, - and _, which Aurora and Valkey both accept. */
function secretText({ values, passwordKey }: SecretPlan): string {
  return JSON.stringify({ ...values, [passwordKey]: randomBytes(32).toString("base64url") });
}

/** Reads the password. @throws if the secret does not have the format of `secretText`. */
export function passwordIn(text: string | undefined, key: string): string {
  const fields = JSON.parse(text ?? "{}") as Record<string, unknown>;
  const password = fields[key];
  if (typeof password !== "string") throw new Error(`the secret has no ${key}`);
  return password;
}
