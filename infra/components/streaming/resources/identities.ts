import * as pulumi from "@pulumi/pulumi";
import type { KeyPair } from "../../../providers/local/certificates";
import type { Identity } from "../handlers/identities";

/** Certificates of one authority. PEM. */
export class Identities extends pulumi.CustomResource {
  declare readonly authority: pulumi.Output<string>;
  /** Secret. */
  declare readonly authorityKey: pulumi.Output<string>;
  /** By name. Secret. */
  declare readonly pairs: pulumi.Output<Readonly<Record<string, KeyPair>>>;

  constructor(
    name: string,
    identities: readonly Identity[],
    opts: pulumi.CustomResourceOptions = {},
  ) {
    const outputs = { authority: undefined, authorityKey: undefined, pairs: undefined };
    super(
      "meridian:local:Identities",
      name,
      { name, identities, ...outputs },
      { ...opts, additionalSecretOutputs: ["authorityKey", "pairs"] },
    );
  }

  /** Certificate and key of an identity. Secret. */
  pair(name: string): pulumi.Output<KeyPair> {
    const preview = pulumi.runtime.isDryRun();
    return pulumi.secret(this.pairs.apply((pairs) => pairIn(pairs, name, preview)));
  }

  /** Certificate and key of an identity, in this order, as Kafka reads them from one file. Secret. */
  pem(name: string): pulumi.Output<string> {
    return pulumi.secret(this.pair(name).apply(pemOf));
  }
}

/** In a preview the pair of an identity that the update will add. */
const notIssued: KeyPair = { certificate: "", key: "" };

/**
 * The pair of an identity.
 * @param preview whether it is a preview, which has the pairs from before the update.
 * @throws when the identity has no certificate, other than in a preview.
 */
export function pairIn(
  pairs: Readonly<Record<string, KeyPair>>,
  name: string,
  preview: boolean,
): KeyPair {
  const pair = pairs[name] ?? (preview ? notIssued : undefined);
  if (pair === undefined) throw new Error(`${name} has no certificate`);
  return pair;
}

/** Certificate and key in one text. */
export function pemOf({ certificate, key }: KeyPair): string {
  return `${certificate.trim()}\n${key.trim()}\n`;
}
