import * as secretsmanager from "@pulumi/aws/secretsmanager";
import * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import type { SecretPlan } from "../plan";
import { ofRegion } from "../../../providers/aws/resources/ofRegion";
import type { RegionSharedOutputs } from "../../../providers/aws/resources/types";

export interface PlatformSecretArgs {
  readonly plan: SecretPlan;
  /** By region, at least those where the secret has a copy. */
  readonly shared: Readonly<Record<string, Pick<RegionSharedOutputs, "keyArn">>>;
}

/**
 * A secret with a password that is made once, encrypted by each region's own key. Whoever sets the password takes it
 * from here, so that a run that was cut short between the two is finished with the same one.
 */
export class PlatformSecret extends pulumi.ComponentResource {
  /** The password, as the secret has it. Secret. */
  readonly password: pulumi.Output<string>;
  /** The copy in the region where it is written. */
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
        // A copy that an earlier time left in a region is no reason to stop.
        forceOverwriteReplicaSecret: true,
      },
      kept,
    );
    const version = new secretsmanager.SecretVersion(
      name,
      { secretId: secret.id, secretString: secretText(plan) },
      // Made once: a new password at each run would lock everyone out.
      { ...kept, ignoreChanges: ["secretString"] },
    );
    const text = pulumi.secret(version.secretString);
    this.password = text.apply((value) => passwordIn(value, plan.passwordKey));
    this.arn = secret.arn;
    this.registerOutputs({});
  }
}

/** 43 letters, digits, - and _: what Aurora and Valkey both take. */
function secretText({ values, passwordKey }: SecretPlan): string {
  return JSON.stringify({ ...values, [passwordKey]: randomBytes(32).toString("base64url") });
}

/** @throws when the secret is not of the form that `secretText` gives it. */
export function passwordIn(text: string | undefined, key: string): string {
  const fields = JSON.parse(text ?? "{}") as Record<string, unknown>;
  const password = fields[key];
  if (typeof password !== "string") throw new Error(`the secret has no ${key}`);
  return password;
}
