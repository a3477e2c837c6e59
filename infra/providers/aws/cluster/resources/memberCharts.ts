import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  argoRolloutsValues,
  gateAuthority,
} from "../../../../components/rollouts/manifests/argoRolloutsChart";
import { argoRolloutsName } from "../../../../components/rollouts/component";
import { externalSecretsValues } from "../../../../components/secrets/manifests/externalSecretsChart";
import { externalSecretsName } from "../../../../components/secrets/component";
import {
  traefikCrdsValues,
  traefikValues,
} from "../../../../components/gateway/manifests/traefikChart";
import { traefikName } from "../../../../components/gateway/component";
import { charts } from "../../../../plan/charts";
import type { Cluster } from "../../../../resources/foundation";
import { installChart } from "../../../../resources/chart";

export interface MemberChartsArgs {
  readonly region: Pick<Cluster, "provider" | "resource">;
  /** Ranges of the region's public subnets, which contain its load balancer. */
  readonly trustedNetworks: readonly string[];
  /** Authority of the rollout gate's certificate, PEM: Argo Rollouts' analyses trust it. */
  readonly authority: pulumi.Output<string>;
  /** Resources that must exist before pods can run: nodes. */
  readonly clusterReady: readonly pulumi.Resource[];
  /** Resources after which the pods of External Secrets have their identity: pods that start before it never get it. */
  readonly secretsIdentity: readonly pulumi.Resource[];
  /** URL of a mirror that has all charts. Default: the publishers' repositories. */
  readonly mirror: string | undefined;
}

/** The components of every region besides its apps: the gateway, Argo Rollouts and External Secrets. */
export class MemberCharts extends pulumi.ComponentResource {
  /** The gateway with its Service. */
  readonly gateway: pulumi.Resource;
  readonly rollouts: pulumi.Resource;
  readonly externalSecrets: pulumi.Resource;
  /** Required before the region joins: Karmada propagates a kind only to clusters that know it. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: MemberChartsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("meridian:aws:MemberCharts", name, {}, opts);
    const { region, trustedNetworks, mirror } = args;
    const child = { parent: this, dependsOn: [...args.clusterReady] };
    const kinds = installTraefikKinds(name, region, "kube-system", mirror, child);
    this.gateway = installChart(
      `${name}-${traefikName}`,
      {
        cluster: region,
        chart: charts.traefik,
        mirror,
        release: traefikName,
        namespace: traefikName,
        values: traefikValues({ trustedNetworks }),
        // Helm never updates CRDs that a chart installs this way; `kinds` are updated with their version.
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
      { parent: this, dependsOn: [...args.secretsIdentity, ...args.clusterReady] },
    );
    this.ready = [kinds, this.rollouts];
    this.registerOutputs({});
  }

  /** Its namespace is created first, because its pods do not start without the authority that they trust. */
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
 * Installs Traefik's CRDs without Traefik.
 * @param namespace Stores Helm's release record. It must exist, and no federation may copy it.
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
