import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  type DeploymentFlags,
  flagsBesideChart,
  karmadaApi,
  karmadaRelease,
  karmadaValues,
} from "../manifests/karmadaChart";
import { karmadaNamespace } from "../component";
import { etcdBudget, etcdTraffic } from "../manifests/karmadaEtcd";
import { authorityOf, outsideKubeconfig } from "../manifests/karmadaKubeconfig";
import { charts } from "../../../plan/charts";
import type { FederationPlan } from "../../../plan/types";
import { toolPath } from "../../../../toolchain";
import type { Cluster } from "../../../resources/foundation";
import { policyArgs } from "../../../resources/networkPolicies";
import { installChart } from "../../../resources/chart";
import { ManifestBundle } from "../../../resources/manifestBundle";
import { installTraefikKinds } from "../../../providers/aws/cluster/resources/memberCharts";

export interface EksKarmadaArgs {
  readonly hub: Cluster;
  readonly plan: FederationPlan;
  /** Number of zones of the hub's nodes. */
  readonly zones: number;
  /** Storage class of etcd's volumes. */
  readonly storageClass: string;
  /** Host name of the API server for clients outside the hub: the load balancer's. */
  readonly host: pulumi.Input<string>;
  /**
   * Routes `host` to Karmada's Service, which exists after the given resource.
   * @returns resources that have to exist before `host` can respond.
   */
  readonly lead: (installed: pulumi.Resource) => readonly pulumi.Resource[];
  /** Resources that have to exist before anything runs on the hub: nodes, storage class. */
  readonly hubReady: readonly pulumi.Resource[];
  /** URL of a mirror of all charts. Default: their publishers. */
  readonly mirror: string | undefined;
}

/** Karmada on the hub, installed by its chart. Its users see it as a separate cluster. */
export class EksKarmada extends pulumi.ComponentResource implements Cluster {
  readonly name: string;
  readonly provider: k8s.Provider;
  readonly kubeconfig: pulumi.Output<string>;
  readonly server: pulumi.Output<string>;
  readonly ca: pulumi.Output<string>;
  readonly resource: pulumi.Resource;
  /** Resources that have to exist before members join. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: EksKarmadaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:Karmada", name, {}, opts);
    const { hub, plan, mirror } = args;
    this.name = plan.clusterName;
    const release = this.install(name, args);
    this.resource = release;
    const child = {
      parent: this,
      provider: hub.provider,
      deletedWith: hub.resource,
      dependsOn: [release],
    };
    const flags = flagsBesideChart().map((one) => addFlags(name, one, child));
    new k8s.policy.v1.PodDisruptionBudget(`${name}-etcd`, etcdBudget, child);
    new k8s.networking.v1.NetworkPolicy(`${name}-etcd`, policyArgs(etcdTraffic), child);
    const written = this.readKubeconfig(name, release, hub);
    this.kubeconfig = pulumi
      .all([written, args.host])
      .apply(([text, host]) => reachedAt(text, host));
    this.server = pulumi.output(args.host).apply(serverAt);
    this.ca = pulumi.unsecret(written.apply(authorityOf));
    const answers = new Reachable(name, this.kubeconfig, {
      parent: this,
      deletedWith: release,
      dependsOn: [release, ...args.lead(release)],
    });
    this.provider = new k8s.Provider(
      name,
      {
        kubeconfig: this.kubeconfig,
        enableConfigMapMutable: true,
        enableSecretMutable: true,
      },
      // It reads the server's API once, at creation. If the server does not respond then, the provider never reads it.
      { parent: this, deletedWith: release, dependsOn: [answers] },
    );
    const kinds = installTraefikKinds(name, this, karmadaNamespace, mirror, {
      parent: this,
      dependsOn: [answers],
    });
    // No chart contains only the kind, and Argo Rollouts does not run here.
    const rollouts = new ManifestBundle(
      `${name}-rollouts-crds`,
      {
        kubeconfig: this.kubeconfig,
        folder: toolPath("argo-rollouts-crds"),
        only: ["rollout-crd.yaml"],
      },
      { parent: this, deletedWith: release, dependsOn: [answers] },
    );
    this.ready = [answers, ...flags, kinds, rollouts];
    this.registerOutputs({ server: this.server });
  }

  private install(name: string, args: EksKarmadaArgs): k8s.helm.v3.Release {
    const { hub, plan, zones, storageClass, hubReady, mirror } = args;
    return installChart(
      `${name}-karmada`,
      {
        cluster: hub,
        chart: charts.karmada,
        mirror,
        release: karmadaRelease,
        namespace: karmadaNamespace,
        values: karmadaValues({ federation: plan, zones, storageClass }),
      },
      { parent: this, dependsOn: [...hubReady] },
    );
  }

  /** Reads the Secret that the chart's first job writes. Its id depends on the release, so it is unknown in the first preview. */
  private readKubeconfig(
    name: string,
    release: k8s.helm.v3.Release,
    hub: Cluster,
  ): pulumi.Output<string> {
    const secret = k8s.core.v1.Secret.get(
      `${name}-kubeconfig`,
      release.id.apply(kubeconfigSecretId),
      { parent: this, provider: hub.provider },
    );
    return pulumi.secret(secret.data["kubeconfig"] as pulumi.Output<string>);
  }
}

/** Waits until an API server responds: a load balancer needs a minute to register its targets. */
class Reachable extends pulumi.CustomResource {
  constructor(name: string, kubeconfig: pulumi.Input<string>, opts: pulumi.CustomResourceOptions) {
    super("meridian:index:Reachable", name, { kubeconfig, seconds: 600 }, opts);
  }
}

/** Adds the flags for which the chart has no value to one of its Deployments. */
function addFlags(
  federation: string,
  { name, args }: DeploymentFlags,
  opts: pulumi.CustomResourceOptions,
): k8s.apps.v1.DeploymentPatch {
  return new k8s.apps.v1.DeploymentPatch(
    `${federation}-${name}-flags`,
    {
      metadata: {
        name,
        namespace: karmadaNamespace,
        annotations: { "pulumi.com/patchFieldManager": "meridian-flags" },
      },
      spec: { template: { spec: { containers: [{ name, args: [...args] }] } } },
    },
    opts,
  );
}

function kubeconfigSecretId(): string {
  return `${karmadaNamespace}/${karmadaApi.kubeconfigSecret}`;
}

function reachedAt(kubeconfig: string, host: string): string {
  return outsideKubeconfig(kubeconfig, host, karmadaApi.port);
}

function serverAt(host: string): string {
  return `https://${host}:${karmadaApi.port}`;
}
