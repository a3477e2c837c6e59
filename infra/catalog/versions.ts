import table from "./versions.json";

/** Name of a part in the table, e.g. "argo-cd". */
export type PartName = keyof typeof table.parts;

/** Name of a chart in the table, e.g. "argocd". */
export type ChartName = keyof typeof table.charts;

/** Name of an image in the table, e.g. "etcd". */
export type ImageName = keyof typeof table.images;

/**
 * How long a publisher supports a version: until a date ("YYYY-MM-DD", UTC; no longer supported on that date), until it releases
 * another one, or as long as another part that contains it. If both a date and a release are set, the date is the publisher's
 * schedule for the release.
 */
export type Supported =
  | { readonly until?: string; readonly untilReleaseOf?: string }
  | { readonly with: string }
  | "not stated";

/** A fact from a publisher's page. */
export interface LookedUp {
  /** Page of the publisher. */
  readonly source: string;
  /** "YYYY-MM-DD": the date that the source describes. */
  readonly asOf: string;
  /** Whether the source confirms everything in the row. */
  readonly confirmed: boolean;
  /** The unconfirmed facts. */
  readonly reason?: string;
}

/** A part of the platform, at the version that runs locally and on AWS. */
export interface Part extends LookedUp {
  /** Without a leading "v". */
  readonly version: string;
  readonly supported: Supported;
}

/** A Helm chart that AWS uses. */
export interface Chart extends LookedUp {
  /** The chart's name in its repository. */
  readonly name: string;
  /** As written in the repository's index. */
  readonly version: string;
  /** The part that it installs. */
  readonly part: string;
  /** Version of the part that it installs by default, without a leading "v". Its image's tag is set to the part's. */
  readonly installs: string;
  /** The publisher's own repository. */
  readonly repository: string;
}

/** A container image that no chart sets. */
export interface Image {
  readonly image: string;
  /** The part that it contains, at the same version. */
  readonly part?: string;
  /** The part that it contains, at the same minor version. */
  readonly minorOf?: string;
}

/** One minor version of Kubernetes on EKS. Dates are "YYYY-MM-DD", in UTC. */
export interface EksVersion {
  /** E.g. "1.36". */
  readonly version: string;
  /** From this date the control plane costs six times as much. */
  readonly standardSupportEnds: string;
  /** From this date EKS upgrades automatically. */
  readonly extendedSupportEnds: string;
}

/** The whole table. */
export interface VersionTable {
  readonly parts: Readonly<Record<string, Part>>;
  readonly charts: Readonly<Record<string, Chart>>;
  readonly images: Readonly<Record<string, Image>>;
  readonly eks: {
    readonly source: string;
    readonly asOf: string;
    /** Versions that EKS served on that date, in standard or extended support, oldest first. */
    readonly versions: readonly EksVersion[];
  };
}

/** The whole table, for callers that iterate over it. */
export const versionTable: VersionTable = table as VersionTable;

/** A part's version without a leading "v", e.g. "1.36.3". */
export const versionOf = (part: PartName): string => table.parts[part].version;

/** A part's version in the form of Go modules and most tags, e.g. "v1.36.3". */
export const tagOf = (part: PartName): string => `v${versionOf(part)}`;

/** A part's minor version, e.g. "1.36". */
export const minorOf = (part: PartName): string => minor(versionOf(part));

/** "1.36" of "1.36.3" or "v1.36.3". */
export const minor = (version: string): string =>
  version.replace(/^v/, "").split(".").slice(0, 2).join(".");

/** A chart's row. */
export const chartOf = (name: ChartName): Chart => table.charts[name];

/** An image with its tag. */
export const imageOf = (name: ImageName): string => table.images[name].image;

/** Splits an image's name into the fields that charts expect. */
export function splitImage(image: string): { registry: string; repository: string; tag: string } {
  const [, registry = "", repository = "", tag = ""] =
    /^([^/]+)\/([^:]+):([^@]+)$/.exec(image) ?? [];
  return { registry, repository, tag };
}
