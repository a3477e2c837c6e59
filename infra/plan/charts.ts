/** A published Helm chart at one version. */
export interface ChartPin {
  /** The chart's name in its repository. */
  readonly name: string;
  /** Exact version, written as the repository's index writes it. */
  readonly version: string;
  /** Version of the application that this chart installs by default. */
  readonly appVersion: string;
  /** The publisher's own repository. */
  readonly repository: string;
}

/**
 * The charts that Meridian installs, each the newest of the line that the local platform runs, so that
 * both behave alike. Versions are from the publishers' release tags, named beside each.
 */
export const charts = {
  /** github.com/argoproj/argo-helm, tag argo-cd-9.3.7: the last one of Argo CD 3.2. */
  argocd: {
    name: "argo-cd",
    version: "9.3.7",
    appVersion: "v3.2.6",
    repository: "https://argoproj.github.io/argo-helm",
  },
  /** github.com/argoproj/argo-helm, tag argo-rollouts-2.41.0. */
  argoRollouts: {
    name: "argo-rollouts",
    version: "2.41.0",
    appVersion: "v1.9.0",
    repository: "https://argoproj.github.io/argo-helm",
  },
  /** github.com/karmada-io/karmada, charts/index.yaml: the only chart of 1.16 in it, although tags go on. */
  karmada: {
    name: "karmada",
    version: "v1.16.0",
    appVersion: "v1.16.0",
    repository: "https://raw.githubusercontent.com/karmada-io/karmada/master/charts",
  },
  /** github.com/traefik/traefik-helm-chart, tag v39.0.9: the last one of Traefik 3.6. */
  traefik: {
    name: "traefik",
    version: "39.0.9",
    appVersion: "v3.6.15",
    repository: "https://traefik.github.io/charts",
  },
  /** The same repository and commit, tag crds_v1.14.1. Its successor keeps the kinds in the chart above. */
  traefikCrds: {
    name: "traefik-crds",
    version: "1.14.1",
    appVersion: "v3.6.15",
    repository: "https://traefik.github.io/charts",
  },
  /** github.com/external-secrets/external-secrets, tag helm-chart-2.9.0. */
  externalSecrets: {
    name: "external-secrets",
    version: "2.9.0",
    appVersion: "v2.9.0",
    repository: "https://charts.external-secrets.io",
  },
  /** github.com/vmware-tanzu/helm-charts, tag velero-12.1.0. */
  velero: {
    name: "velero",
    version: "12.1.0",
    appVersion: "1.18.1",
    repository: "https://vmware-tanzu.github.io/helm-charts",
  },
} as const satisfies Record<string, ChartPin>;

/** Images that the charts leave open or take as "latest", and those of jobs that no chart has. */
export const chartImages = {
  /** Speaks to S3 for Velero; 1.14 belongs to Velero 1.18. */
  veleroAws: "docker.io/velero/velero-plugin-for-aws:v1.14.2",
  /** Makes Karmada's certificates: bash, openssl, curl and cfssl. The chart says "latest". */
  cfssl: { registry: "docker.io", repository: "cfssl/cfssl", tag: "v1.6.5" },
  /**
   * Applies Karmada's own objects: bash and kubectl. The chart says "latest" of an image that is
   * published under no other tag.
   */
  kubectl: { registry: "docker.io", repository: "alpine/k8s", tag: "1.34.1" },
  /** The chart's own etcd, whose `etcdctl` takes the snapshots. */
  etcd: "registry.k8s.io/etcd:3.6.0-0",
  /** Brings snapshots to S3. */
  awsCli: "public.ecr.aws/aws-cli/aws-cli:2.31.34",
} as const;

/** How Helm is told where a chart is. */
export interface ChartSource {
  readonly chart: string;
  readonly repositoryOpts?: { readonly repo: string };
}

/**
 * Where a chart comes from: its publisher, or a mirror that has all of them.
 * @param mirror URL of the mirror, "https://..." or "oci://...". Default: none.
 */
export function chartSource({ name, repository }: ChartPin, mirror?: string): ChartSource {
  const from = (mirror ?? repository).replace(/\/+$/, "");
  // A registry has no index: Helm wants the whole name there, and no repository beside it.
  if (from.startsWith("oci://")) return { chart: `${from}/${name}` };
  return { chart: name, repositoryOpts: { repo: from } };
}
