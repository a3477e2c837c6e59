import * as pulumi from "@pulumi/pulumi";

export interface ManifestBundleArgs {
  /** Kubeconfig of the cluster to which the bundle is applied. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Folder of YAML files. */
  readonly folder: string;
  /** Files to apply, by their paths in the folder. Default: all. */
  readonly only?: readonly string[];
  /** Namespace that is created first. Default: none. */
  readonly namespace?: string;
  /** Texts to replace in the files before they are read. Default: none. */
  readonly replace?: pulumi.Input<Record<string, string>>;
}

/** Manifests that belong to a control plane, such as its CustomResourceDefinitions. */
export class ManifestBundle extends pulumi.CustomResource {
  constructor(name: string, args: ManifestBundleArgs, opts: pulumi.CustomResourceOptions) {
    super("meridian:index:Manifests", name, { ...args }, opts);
  }
}
