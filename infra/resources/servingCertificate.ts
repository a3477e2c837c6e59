import * as pulumi from "@pulumi/pulumi";

export interface ServingCertificateArgs {
  /** Common name. */
  readonly name: string;
  /** DNS names and IP addresses that the server is called by. */
  readonly hosts: readonly string[];
  /** Whether those who call it show the same certificate. Default: false. */
  readonly mutual?: boolean;
}

/** A certificate by an authority that signs nothing else. PEM. */
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
