import {
  type ChartName,
  chartOf,
  imageOf,
  type PartName,
  splitImage,
  tagOf,
  versionOf,
} from "../catalog/versions";

/** A published Helm chart at one version. */
export interface ChartPin {
  /** The chart's name in its repository. */
  readonly name: string;
  /** Exact version, written as the repository's index writes it. */
  readonly version: string;
  /** Version of the application that runs. */
  readonly appVersion: string;
  /** The publisher's own repository. */
  readonly repository: string;
}

/** The catalog's row, with the version that its part has everywhere. */
function pin(chart: ChartName, version: (part: PartName) => string = tagOf): ChartPin {
  const { name, version: chartVersion, part, repository } = chartOf(chart);
  return { name, version: chartVersion, appVersion: version(part as PartName), repository };
}

/**
 * The charts that Meridian installs. Each runs its application at the version of the local platform: where a chart
 * installs another one by default, its values name the image's tag.
 */
export const charts = {
  argocd: pin("argocd"),
  argoRollouts: pin("argoRollouts"),
  karmada: pin("karmada"),
  traefik: pin("traefik"),
  /** Traefik's kinds alone: the last version of a chart that the publisher has given up. */
  traefikCrds: pin("traefikCrds"),
  externalSecrets: pin("externalSecrets"),
  /** Its images have tags with a "v", its chart's own word for the version has none. */
  velero: pin("velero", versionOf),
} as const satisfies Record<ChartName, ChartPin>;

/** Images that the charts leave open, take as "latest" or have older, and those of jobs that no chart has. */
export const chartImages = {
  /** Speaks to S3 for Velero; 1.14 belongs to Velero 1.18. */
  veleroAws: imageOf("veleroAws"),
  /** Makes Karmada's certificates: bash, openssl, curl and cfssl. The chart says "latest". */
  cfssl: splitImage(imageOf("cfssl")),
  /**
   * Applies Karmada's own objects: bash and kubectl. The chart says "latest" of an image that is
   * published under no other tag.
   */
  kubectl: splitImage(imageOf("kubectl")),
  /** The federation's API server and controllers: the chart has those of an earlier minor version. */
  kubeApiServer: splitImage(imageOf("kubeApiServer")),
  kubeControllerManager: splitImage(imageOf("kubeControllerManager")),
  /** The federation's etcd, whose `etcdctl` takes the snapshots too. */
  etcd: imageOf("etcd"),
  /** Brings snapshots to S3. */
  awsCli: imageOf("awsCli"),
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
