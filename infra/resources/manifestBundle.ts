import * as pulumi from "@pulumi/pulumi";

export interface ManifestBundleArgs {
  /** Kubeconfig of the cluster that gets the bundle. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Folder of YAML files. */
  readonly folder: string;
  /** Those of its files that are applied, by their paths in it. Default: all. */
  readonly only?: readonly string[];
  /** Namespace that is made first. Default: none. */
  readonly namespace?: string;
  /** Texts to replace in the files before they are read. Default: none. */
  readonly replace?: pulumi.Input<Record<string, string>>;
}

/** Manifests that come with a control plane, such as its CustomResourceDefinitions. */
export class ManifestBundle extends pulumi.CustomResource {
  constructor(name: string, args: ManifestBundleArgs, opts: pulumi.CustomResourceOptions) {
    super("meridian:index:Manifests", name, { ...args }, opts);
  }
}
