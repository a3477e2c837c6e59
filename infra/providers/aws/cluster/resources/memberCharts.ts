import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  argoRolloutsName,
  argoRolloutsValues,
  gateAuthority,
} from "../../../../components/rollouts/manifests/argoRolloutsChart";
import {
  externalSecretsName,
  externalSecretsValues,
} from "../../../../components/secrets/manifests/externalSecretsChart";
import {
  gatewayName,
  traefikCrdsValues,
  traefikValues,
} from "../../../../components/gateway/manifests/traefikChart";
import { charts } from "../../../../plan/charts";
import type { Cluster } from "../../../../resources/foundation";
import { installChart } from "../../../../resources/chart";

export interface MemberChartsArgs {
  readonly region: Pick<Cluster, "provider" | "resource">;
  /** Ranges of the region's public subnets, where its load balancer is. */
  readonly trustedNetworks: readonly string[];
  /** Of the rollout gate's certificate, PEM: what Argo Rollouts' analyses trust. */
  readonly authority: pulumi.Output<string>;
  /** What has to be there before anything runs: nodes. */
  readonly clusterReady: readonly pulumi.Resource[];
  /** URL that has every chart. Default: their publishers. */
  readonly mirror: string | undefined;
}

/** What every region has beside its apps: the gateway, Argo Rollouts and External Secrets. */
export class MemberCharts extends pulumi.ComponentResource {
  /** The gateway with its Service. */
  readonly gateway: pulumi.Resource;
  readonly rollouts: pulumi.Resource;
  readonly externalSecrets: pulumi.Resource;
  /** Before the region joins: Karmada sends a kind only where it is known. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: MemberChartsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:MemberCharts", name, {}, opts);
    const { region, trustedNetworks, mirror } = args;
    const child = { parent: this, dependsOn: [...args.clusterReady] };
    const kinds = installTraefikKinds(name, region, "kube-system", mirror, child);
    this.gateway = installChart(
      `${name}-${gatewayName}`,
      {
        cluster: region,
        chart: charts.traefik,
        mirror,
        release: gatewayName,
        namespace: gatewayName,
        values: traefikValues({ trustedNetworks }),
        // Helm never changes kinds that a chart has brought this way; `kinds` are changed with their version.
        skipCrds: true,
      },
      { parent: this, dependsOn: [kinds, ...args.clusterReady] },
    );
    this.rollouts = this.installRollouts(name, args);
    this.externalSecrets = installChart(
      `${name}-${externalSecretsName}`,
      {
        cluster: region,
        chart: charts.externalSecrets,
        mirror,
        release: externalSecretsName,
        namespace: externalSecretsName,
        values: externalSecretsValues(),
      },
      child,
    );
    this.ready = [kinds, this.rollouts];
    this.registerOutputs({});
  }

  /** Its namespace comes first, as its pods do not start without the authority that they trust. */
  private installRollouts(name: string, args: MemberChartsArgs): k8s.helm.v3.Release {
    const { region, mirror, authority, clusterReady } = args;
    const child = { parent: this, provider: region.provider, deletedWith: region.resource };
    const space = new k8s.core.v1.Namespace(
      `${name}-${argoRolloutsName}`,
      { metadata: { name: argoRolloutsName } },
      child,
    );
    const trusted = new k8s.core.v1.ConfigMap(
      `${name}-${gateAuthority.name}`,
      {
        metadata: { name: gateAuthority.name, namespace: argoRolloutsName },
        data: { [gateAuthority.key]: authority },
      },
      { ...child, dependsOn: [space] },
    );
    return installChart(
      `${name}-${argoRolloutsName}`,
      {
        cluster: region,
        chart: charts.argoRollouts,
        mirror,
        release: argoRolloutsName,
        namespace: argoRolloutsName,
        namespaceExists: true,
        values: authority.apply(argoRolloutsValues),
      },
      { parent: this, dependsOn: [trusted, ...clusterReady] },
    );
  }
}

/**
 * Traefik's kinds without Traefik.
 * @param namespace Holds Helm's record of it. One that is there, and that no federation copies.
 */
export function installTraefikKinds(
  name: string,
  cluster: Pick<Cluster, "provider" | "resource">,
  namespace: string,
  mirror: string | undefined,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  return installChart(
    `${name}-traefik-crds`,
    {
      cluster,
      chart: charts.traefikCrds,
      mirror,
      release: "traefik-crds",
      namespace,
      namespaceExists: true,
      values: traefikCrdsValues(),
    },
    opts,
  );
}
