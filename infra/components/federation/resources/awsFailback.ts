import * as k8s from "@pulumi/kubernetes";
import * as kx from "@pulumi/kubernetesx";
import * as pulumi from "@pulumi/pulumi";
import type { AutomaticFailback } from "../../../config/types";
import { fingerprint } from "../../../manifests/charts";
import type { Cluster } from "../../../resources/foundation";
import { createIdentity } from "../../../resources/identity";
import { policyArgs } from "../../../resources/networkPolicies";
import { failbackName } from "../component";
import {
  failbackConfig,
  failbackContainer,
  failbackDeployment,
  failbackFolder,
  failbackMetadata,
  failbackNamespace,
  failbackPod,
  failbackTraffic,
} from "../manifests/awsFailback";
import { failbackRules } from "../manifests/failback";

export interface EksFailbackArgs {
  readonly hub: Cluster;
  readonly federation: Cluster & pulumi.Resource;
  readonly failback: AutomaticFailback;
  /** Image with digest; undefined: none is published yet, so the service does not run. */
  readonly image: string | undefined;
  /** Resources that have to exist before the pod runs: nodes, and Karmada's kinds. */
  readonly ready: readonly pulumi.Resource[];
}

/** Returns replicas to regions that were lost and are back: one pod beside Karmada. */
export class EksFailback extends pulumi.ComponentResource {
  constructor(name: string, args: EksFailbackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Failback", name, {}, opts);
    const { hub, federation, failback, image, ready } = args;
    const child = { parent: this, provider: hub.provider, deletedWith: hub.resource };
    const resource = `${name}-${failbackName}`;
    const token = createIdentity(
      resource,
      { cluster: federation, account: failbackName, rules: failbackRules },
      this,
    );
    const space = new k8s.core.v1.Namespace(resource, failbackNamespace as never, child);
    const within = { ...child, dependsOn: [space] };
    const text = pulumi
      .all([federation.ca, token])
      .apply(([ca, bearer]) => JSON.stringify(failbackConfig(failback, { ca, token: bearer })));
    const config = new kx.Secret(
      resource,
      { metadata: failbackMetadata, stringData: { "config.json": pulumi.secret(text) } },
      within,
    );
    const traffic = new k8s.networking.v1.NetworkPolicy(
      resource,
      policyArgs(failbackTraffic),
      within,
    );
    if (image !== undefined) {
      const mounts = [config.mount(failbackFolder)];
      const container = { ...failbackContainer(image), volumeMounts: mounts };
      const { podSpec } = new kx.PodBuilder({ ...failbackPod, containers: [container] } as never);
      const version = pulumi.unsecret(text.apply((one) => fingerprint(one)));
      const spec = pulumi.all([version, podSpec]).apply(([hash, pod]) => {
        const { template, ...set } = failbackDeployment(hash);
        return { ...set, template: { ...template, spec: pod } };
      });
      new k8s.apps.v1.Deployment(
        resource,
        { metadata: failbackMetadata, spec: spec as never },
        {
          ...child,
          dependsOn: [config, traffic, ...ready],
          customTimeouts: { create: "15m", update: "15m" },
        },
      );
    }
    this.registerOutputs({});
  }
}
