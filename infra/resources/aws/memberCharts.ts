import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { argoRolloutsName, argoRolloutsValues } from "../../manifests/charts/argoRollouts";
import { externalSecretsName, externalSecretsValues } from "../../manifests/charts/externalSecrets";
import { gatewayName, traefikCrdsValues, traefikValues } from "../../manifests/charts/traefik";
import { charts } from "../../plan/charts";
import type { Cluster } from "../foundation";
import { installChart } from "../platform/chart";

export interface MemberChartsArgs {
  readonly region: Pick<Cluster, "provider" | "resource">;
  /** Ranges of the region's public subnets, where its load balancer is. */
  readonly trustedNetworks: readonly string[];
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
    const install = (part: keyof typeof charts, release: string, values: object) =>
      installChart(
        `${name}-${release}`,
        { cluster: region, chart: charts[part], mirror, release, namespace: release, values },
        child,
      );
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
    this.rollouts = install("argoRollouts", argoRolloutsName, argoRolloutsValues());
    this.externalSecrets = install("externalSecrets", externalSecretsName, externalSecretsValues());
    this.ready = [kinds, this.rollouts];
    this.registerOutputs({});
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
