import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  dividedPolicy,
  everywherePolicy,
  lostRegionPolicy,
  regionPolicies,
} from "../manifests/karmada";
import { memberSecretsNamespace } from "../component";
import { interpreters } from "../manifests/interpreters";
import type { PlatformPlan } from "../../../plan/types";
import type { Foundation } from "../../../resources/foundation";
import { FederationMember } from "./member";

export interface FederationArgs {
  readonly plan: PlatformPlan;
  readonly foundation: Foundation;
}

/** The federation of all regions: policies that divide and copy objects, and the members. */
export class Federation extends pulumi.ComponentResource {
  /** Resources after which every region has joined. */
  readonly joined: readonly pulumi.Resource[];

  constructor(name: string, args: FederationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:platform:Federation", name, {}, opts);
    const { plan, foundation } = args;
    const { federation } = foundation;
    const child = {
      parent: this,
      provider: federation.provider,
      deletedWith: federation.resource,
      dependsOn: [...foundation.federationReady],
    };
    const namespace = new k8s.core.v1.Namespace(
      memberSecretsNamespace,
      { metadata: { name: memberSecretsNamespace } },
      child,
    );
    for (const manifest of [
      dividedPolicy(plan.regions),
      everywherePolicy(),
      ...regionPolicies(plan),
      lostRegionPolicy(),
      ...interpreters(),
    ]) {
      new k8s.apiextensions.CustomResource(manifest.metadata.name, manifest, child);
    }
    this.joined = foundation.regions.map((region) => {
      const member = new FederationMember(
        region.name,
        {
          region,
          federation,
          provider: plan.environment.provider,
          federationReady: [namespace, ...foundation.federationReady, ...region.ready],
        },
        { parent: this },
      );
      return member.membership;
    });
    this.registerOutputs({});
  }
}
