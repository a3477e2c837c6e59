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
  /** Exact version, as written in the repository's index. */
  readonly version: string;
  /** Version of the application that runs. */
  readonly appVersion: string;
  /** The publisher's own repository. */
  readonly repository: string;
}

/** The chart's row in the catalog, with the version that its part has on every provider. */
function pin(chart: ChartName, version: (part: PartName) => string = tagOf): ChartPin {
  const { name, version: chartVersion, part, repository } = chartOf(chart);
  return { name, version: chartVersion, appVersion: version(part as PartName), repository };
}

/**
 * The charts that Meridian installs. Each runs its application at the version of the local platform: if a chart installs another
 * version by default, its values set the image's tag.
 */
export const charts = {
  argocd: pin("argocd"),
  argoRollouts: pin("argoRollouts"),
  karmada: pin("karmada"),
  traefik: pin("traefik"),
  /** Traefik's CRDs only: the last version of a chart that the publisher has discontinued. */
  traefikCrds: pin("traefikCrds"),
  externalSecrets: pin("externalSecrets"),
  /** Its image tags start with "v"; the chart's own app version does not. */
  velero: pin("velero", versionOf),
  strimzi: pin("strimzi", versionOf),
} as const satisfies Record<ChartName, ChartPin>;

/** Images that the charts leave unset, pin to "latest" or pin to an older version, and images of jobs that no chart contains. */
export const chartImages = {
  /** Velero's S3 plugin; 1.14 belongs to Velero 1.18. */
  veleroAws: imageOf("veleroAws"),
  /** Creates Karmada's certificates with bash, openssl, curl and cfssl. The chart uses "latest". */
  cfssl: splitImage(imageOf("cfssl")),
  /**
   * Applies Karmada's own objects with bash and kubectl. The chart uses "latest" of an image that is published under no other tag.
   */
  kubectl: splitImage(imageOf("kubectl")),
  /** The federation's API server and controllers. The chart pins an earlier minor version. */
  kubeApiServer: splitImage(imageOf("kubeApiServer")),
  kubeControllerManager: splitImage(imageOf("kubeControllerManager")),
  /** The federation's etcd. Its `etcdctl` also creates the snapshots. */
  etcd: imageOf("etcd"),
  /** Uploads snapshots to S3. */
  awsCli: imageOf("awsCli"),
} as const;

/** Helm's location of a chart. */
export interface ChartSource {
  readonly chart: string;
  readonly repositoryOpts?: { readonly repo: string };
}

/**
 * Location of a chart: its publisher's repository, or a mirror of all charts.
 * @param mirror URL of the mirror, "https://..." or "oci://...". Default: none.
 */
export function chartSource({ name, repository }: ChartPin, mirror?: string): ChartSource {
  const from = (mirror ?? repository).replace(/\/+$/, "");
  // A registry has no index: Helm expects the full name there, and no repository option.
  if (from.startsWith("oci://")) return { chart: `${from}/${name}` };
  return { chart: name, repositoryOpts: { repo: from } };
}
