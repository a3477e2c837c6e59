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

  /** Certificate and key of an identity, in this order, as Kafka reads them from one file. Secret. */
  pem(name: string): pulumi.Output<string> {
    return pulumi.secret(this.pairs.apply((pairs) => pemOf(pairs, name)));
  }
}

/** @throws when the identity has no certificate. */
export function pairIn(pairs: Readonly<Record<string, KeyPair>>, name: string): KeyPair {
  const pair = pairs[name];
  if (pair === undefined) throw new Error(`${name} has no certificate`);
  return pair;
}

/** @throws when the identity has no certificate. */
export function pemOf(pairs: Readonly<Record<string, KeyPair>>, name: string): string {
  const pair = pairIn(pairs, name);
  return `${pair.certificate.trim()}\n${pair.key.trim()}\n`;
}
