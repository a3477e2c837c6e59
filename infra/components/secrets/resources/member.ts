import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { externalSecretsName } from "../component";
import {
  cacheCredentials,
  clusterSecretStore,
  connectionMap,
  databaseCredentials,
  secretsAdmission,
  secretsAdmissionBinding,
  secretsLabel,
} from "../manifests/externalSecrets";
import type { Manifest } from "../../../manifests/types";
import { dataNamespace, secretsReaderPolicy } from "../plan";
import { PodIdentity } from "../../../providers/aws/access/resources/clusterIdentity";
import type { DataEndpoints } from "../../../providers/aws/data/resources/data";
import type { EksRegionOutputs } from "../../../providers/aws/resources/types";

export interface MemberSecretsArgs {
  readonly environment: string;
  readonly region: EksRegionOutputs;
  /** The resource after which External Secrets runs, with its identity, and its kinds exist. */
  readonly installed: pulumi.Resource;
  readonly connections: DataEndpoints;
  readonly has: { readonly database: boolean; readonly cache: boolean };
}

/** The identity of a region's External Secrets, which reads Secrets Manager. Its pods start after it is `ready`. */
export function secretsIdentity(
  name: string,
  {
    environment,
    accountId,
    region,
  }: {
    readonly environment: string;
    readonly accountId: string;
    readonly region: EksRegionOutputs;
  },
  opts: pulumi.ComponentResourceOptions,
): PodIdentity {
  return new PodIdentity(
    `${name}-external-secrets`,
    {
      cluster: region,
      namespace: externalSecretsName,
      serviceAccount: externalSecretsName,
      policy: secretsReaderPolicy({ environment, accountId, region: region.plan.name }),
    },
    opts,
  );
}

/** Access of a region's pods to Secrets Manager, and the endpoints of databases and caches. */
export class MemberSecrets extends pulumi.ComponentResource {
  /** Resources after which the store exists and its access policy is enforced. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: MemberSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:MemberSecrets", name, {}, opts);
    const { environment, region, installed, has } = args;
    const child = { parent: this, provider: region.provider, deletedWith: region.resource };
    const space = new k8s.core.v1.Namespace(
      `${name}-${dataNamespace}`,
      { metadata: { name: dataNamespace, labels: { [secretsLabel]: "allowed" } } },
      child,
    );
    const guarded = this.guard(name, environment, child);
    const custom = (manifest: Manifest, dependsOn: readonly pulumi.Resource[]) =>
      new k8s.apiextensions.CustomResource(
        `${name}-${manifest.kind.toLowerCase()}-${manifest.metadata.name}`,
        manifest,
        { ...child, dependsOn: [...dependsOn] },
      );
    const store = custom(clusterSecretStore(region.plan.name), [installed, ...guarded]);
    this.ready = [store];
    if (has.database) custom(databaseCredentials(environment), [store, space]);
    if (has.cache) custom(cacheCredentials(environment), [store, space]);
    if (has.database || has.cache) this.publish(name, args.connections, space, child);
    this.registerOutputs({});
  }

  /** Enforces that no namespace reads another's secrets, before the store exists. */
  private guard(
    name: string,
    environment: string,
    child: pulumi.CustomResourceOptions,
  ): pulumi.Resource[] {
    const policy = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
      `${name}-secrets`,
      secretsAdmission(environment) as never,
      child,
    );
    const binding = new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
      `${name}-secrets`,
      secretsAdmissionBinding as never,
      { ...child, dependsOn: [policy] },
    );
    return [policy, binding];
  }

  private publish(
    name: string,
    connections: DataEndpoints,
    space: pulumi.Resource,
    child: pulumi.CustomResourceOptions,
  ): void {
    const { metadata } = connectionMap(dataNamespace, {});
    new k8s.core.v1.ConfigMap(
      `${name}-connections`,
      { metadata, data: connections },
      { ...child, dependsOn: [space] },
    );
  }
}
