import * as pulumi from "@pulumi/pulumi";

export interface ServingCertificateArgs {
  /** Common name. */
  readonly name: string;
  /** DNS names and IP addresses of the server. */
  readonly hosts: readonly string[];
  /** Whether clients present the same certificate. Default: false. */
  readonly mutual?: boolean;
}

/** A certificate from an authority that signs no other certificate. PEM. */
export class ServingCertificate extends pulumi.CustomResource {
  declare readonly authority: pulumi.Output<string>;
  declare readonly certificate: pulumi.Output<string>;
  /** Secret. */
  declare readonly key: pulumi.Output<string>;

  constructor(name: string, args: ServingCertificateArgs, opts: pulumi.CustomResourceOptions) {
    super(
      "meridian:index:ServingCertificate",
      name,
      { ...args, authority: undefined, certificate: undefined, key: undefined },
      { ...opts, additionalSecretOutputs: ["key"] },
    );
  }
}
