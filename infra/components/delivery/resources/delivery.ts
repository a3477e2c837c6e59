import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { certificateConnectionOf } from "../../../kube/kube";
import type { Release as Approved } from "../../../config/release";
import {
  bootstrapApplication,
  clusterSecretFacts,
  clusterSecretLabels,
  type EnvironmentFacts,
  platformProject,
  unreleased,
} from "../manifests/argocd";
import { argocdNamespace } from "../names";
import type { Manifest } from "../../../manifests/types";
import { needsApproval, planSyncWindows } from "../freezes";
import type { PlatformPlan } from "../../../plan/types";
import type { Foundation } from "../../../resources/foundation";
import { Release } from "./release";

export interface DeliveryArgs {
  readonly plan: PlatformPlan;
  readonly foundation: Foundation;
  /** Resources that have to exist before the first app is deployed. */
  readonly after: readonly pulumi.Resource[];
  /** The release that this run approves; undefined: none. */
  readonly release?: Approved | undefined;
}

/** Argo CD's destination, the federation, and the only Application that the program creates: it deploys all others. */
export class Delivery extends pulumi.ComponentResource {
  /** The revision that Argo CD tracks. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:platform:Delivery", name, {}, opts);
    const { plan, foundation, after } = args;
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      provider: foundation.hub.provider,
      deletedWith: foundation.hub.resource,
      dependsOn: [...foundation.deliveryReady],
    };
    const followed = this.follow(args);
    this.revision = followed.revision;
    const target = createTarget(plan, foundation, followed, child);
    const settings = foundation.startDelivery(this, target);
    const project = custom(platformProject(foundation.repository), child);
    const windows = planSyncWindows(plan.delivery, new Date());
    custom(bootstrapApplication(foundation.repository, this.revision, windows), {
      ...child,
      dependsOn: [project, target, ...settings, ...after],
    });
    this.registerOutputs({});
  }

  /** The revision that Argo CD tracks: if approval is required, the commit that was approved last. */
  private follow({ plan, release }: DeliveryArgs): Followed {
    const { track, freezes, breakGlass } = plan.delivery;
    if (!needsApproval(track))
      return { revision: pulumi.output(track.kind === "branch" ? track.branch : track.tags) };
    const requested = release && { ...release, ...(breakGlass !== undefined && { breakGlass }) };
    const { commit, tag } = new Release(
      "release",
      {
        environment: plan.environment.name,
        freezes,
        ...(requested !== undefined && { requested }),
      },
      { parent: this },
    );
    return { revision: commit.apply((known) => (known === "" ? unreleased : known)), release: tag };
  }
}

type Followed = Pick<EnvironmentFacts<pulumi.Output<string>>, "revision" | "release">;

/** Argo CD's cluster Secret for the federation, with the facts that ApplicationSets select on. */
function createTarget(
  plan: PlatformPlan,
  foundation: Foundation,
  followed: Followed,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const { federation, repository } = foundation;
  const { delivery, environment, traffic } = plan;
  return new k8s.core.v1.Secret(
    "federation-cluster",
    {
      metadata: {
        name: "federation",
        namespace: argocdNamespace,
        labels: clusterSecretLabels(environment.name, "federation", delivery),
        annotations: clusterSecretFacts({
          repository,
          ...followed,
          regions: plan.regions.map(({ name }) => name),
          domain: traffic.domain,
        }),
      },
      stringData: {
        name: "federation",
        server: foundation.federationForDelivery ?? federation.server,
        config: federation.kubeconfig.apply(clusterConfig),
      },
    },
    { ...opts, dependsOn: [...foundation.deliveryReady, ...foundation.federationReady] },
  );
}

/** Converts a kubeconfig to Argo CD's format. */
export function clusterConfig(kubeconfig: string): string {
  const { ca, certificate, key } = certificateConnectionOf(kubeconfig);
  const base64 = (pem: string) => Buffer.from(pem).toString("base64");
  const data = { caData: base64(ca), certData: base64(certificate), keyData: base64(key) };
  return JSON.stringify({ tlsClientConfig: { insecure: false, ...data } });
}

function custom(
  manifest: Manifest<unknown>,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const name = `${manifest.kind.toLowerCase()}-${manifest.metadata.name}`;
  return new k8s.apiextensions.CustomResource(name, manifest, opts);
}
